package perseus.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import perseus.control.JobInfo;
import perseus.control.PipeInstruction;
import perseus.control.RankInfo;
import perseus.control.Scheduler;
import perseus.gpu.sim.GpuModel;
import perseus.io.UserError;
import perseus.model.StageWork;
import perseus.parallel.Degrees;
import perseus.pipeline.PipelineSchedule;
import perseus.pipeline.Schedules;

/**
 * A training run, as far as all engines are concerned.
 *
 * @param job model, degrees, microbatches
 * @param stages what each stage does to a microbatch
 * @param partition first layer of each stage, then the number of layers
 * @param nodes hosts that share the ranks evenly, in their order
 * @param gpu the simulated GPU
 * @param trainSchedule the pipeline schedule
 * @param numProfSteps iterations of one frequency schedule
 * @param maxSteps iterations after which training ends; 0 for as many as the scheduler has
 * @param seed of the simulation's randomness
 * @param activationCheckpointing whether a backward recomputes its forward
 * @param exportTimingCsv whether to profile: write instruction and energy logs
 * @param outputDirectory where the files go
 * @param scheduler chooses the frequencies
 * @param dumpDirectory where the state dump goes; null for none
 */
public record TrainingConfig(
    JobInfo job,
    List<StageWork> stages,
    List<Integer> partition,
    int nodes,
    GpuModel gpu,
    PipelineSchedule trainSchedule,
    int numProfSteps,
    int maxSteps,
    long seed,
    boolean activationCheckpointing,
    boolean exportTimingCsv,
    Path outputDirectory,
    Scheduler.Factory scheduler,
    Path dumpDirectory) {

  /** Far more than any job has, and few enough for memory. */
  private static final int MOST_COMPUTATIONS = 20_000_000;

  /**
   * @throws UserError if the numbers do not fit each other
   */
  public TrainingConfig {
    stages = List.copyOf(stages);
    partition = List.copyOf(partition);
    int chunks = trainSchedule.virtualStages();
    if (stages.size() != chunks * job.degrees().pp()) {
      throw new UserError(
          "The model is cut into %d stages, but the pipeline degree is %d%s."
              .formatted(
                  stages.size(),
                  job.degrees().pp(),
                  chunks > 1 ? " with %d stages per rank".formatted(chunks) : ""));
    }
    trainSchedule.requireFits(job.degrees().pp(), job.numMicrobatches());
    long computations = 2L * chunks * job.numMicrobatches() * job.degrees().worldSize();
    if (computations > MOST_COMPUTATIONS) {
      throw new UserError(
          "An iteration of %d microbatches on %d ranks has %d forwards and backwards, but at most %d can be simulated."
              .formatted(
                  job.numMicrobatches(),
                  job.degrees().worldSize(),
                  computations,
                  MOST_COMPUTATIONS));
    }
    if (numProfSteps < 1) {
      throw new UserError("A frequency schedule runs for at least one iteration.");
    }
    if (maxSteps < 0) {
      throw new UserError("The number of steps cannot be negative.");
    }
    if (trainSchedule.equals(Schedules.EARLY_RECOMPUTE) && !activationCheckpointing) {
      throw new UserError(
          "The training schedule %s recomputes activations, so that it needs activation checkpointing."
              .formatted(trainSchedule));
    }
    int ranks = job.degrees().worldSize();
    if (nodes < 1 || ranks % nodes != 0) {
      throw new UserError("%d ranks do not spread evenly over %d nodes.".formatted(ranks, nodes));
    }
  }

  /** Ranks of each host. */
  public int gpusPerNode() {
    return job.degrees().worldSize() / nodes;
  }

  /** The host of a rank, from 0. */
  public int node(int rank) {
    return rank / gpusPerNode();
  }

  /** The job's ranks as a scheduler sees them. */
  public List<RankInfo> rankInfos() {
    Degrees degrees = job.degrees();
    List<List<PipeInstruction>> schedules =
        IntStream.range(0, degrees.pp())
            .mapToObj(
                stage ->
                    StageProgram.of(trainSchedule, stage, degrees.pp(), job.numMicrobatches())
                        .pipeSchedule())
            .toList();
    List<Integer> clocks = gpu.supportedClocksMhz();
    return IntStream.range(0, degrees.worldSize())
        .mapToObj(
            rank ->
                new RankInfo(
                    rank,
                    degrees.dpRank(rank),
                    degrees.ppRank(rank),
                    degrees.tpRank(rank),
                    schedules.get(degrees.ppRank(rank)),
                    clocks))
        .toList();
  }
}
