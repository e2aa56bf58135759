package perseus.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import perseus.control.JobInfo;
import perseus.control.PipeInstruction;
import perseus.control.RankInfo;
import perseus.control.Scheduler;
import perseus.gpu.GpuType;
import perseus.io.UserError;
import perseus.model.StageWork;
import perseus.parallel.Degrees;
import perseus.pipeline.PipelineSchedule;
import perseus.pipeline.Schedules;

/**
 * Holds the configuration of a training run, and checks the values of the configuration. The
 * configuration does not depend on the engine that runs the job.
 *
 * @param job the model's name, the degrees of parallelism, and the number and size of the
 *     microbatches
 * @param stages work (floating-point operations and bytes) of each pipeline stage for one
 *     microbatch
 * @param partition division of the model into stages. The partition lists the index of the first
 *     layer of each stage, and then the total number of layers.
 * @param nodes number of hosts. Each host runs the same number of ranks, and the ranks of a host
 *     have consecutive numbers.
 * @param gpu the GPUs of the job, real or simulated
 * @param trainSchedule the pipeline schedule (the order of forwards and backwards on each rank)
 * @param numProfSteps number of iterations under each frequency schedule
 * @param maxSteps maximum number of iterations; 0 for no limit. If a run continues from a
 *     checkpoint, the iterations before the checkpoint count towards the maximum number of
 *     iterations.
 * @param seed seed of the random numbers of the simulation
 * @param activationCheckpointing whether each backward first repeats the forward of its microbatch
 *     to recompute the activations
 * @param exportTimingCsv whether to write instruction logs and energy logs
 * @param outputDirectory directory of the output files
 * @param scheduler factory that creates the scheduler, which chooses the frequency schedules
 * @param dumpDirectory directory of the state dump (the schedules and results as JSON files); null
 *     if no state dump is written
 */
public record TrainingConfig(
    JobInfo job,
    List<StageWork> stages,
    List<Integer> partition,
    int nodes,
    GpuType gpu,
    PipelineSchedule trainSchedule,
    int numProfSteps,
    int maxSteps,
    long seed,
    boolean activationCheckpointing,
    boolean exportTimingCsv,
    Path outputDirectory,
    Scheduler.Factory scheduler,
    Path dumpDirectory) {

  /**
   * Maximum number of forwards and backwards of all ranks in one iteration, because each of them
   * needs memory in the simulation.
   */
  private static final int MAX_COMPUTATIONS = 20_000_000;

  /** Pipeline schedules in which recomputations of forwards are separate instructions. */
  private static final Set<PipelineSchedule> RECOMPUTING =
      Set.of(Schedules.EARLY_RECOMPUTE, Schedules.MERAK_EARLY_RECOMPUTE);

  /**
   * Checks that the values of the configuration do not contradict each other.
   *
   * @throws UserError if two values contradict each other, or if a number is too small or too large
   */
  public TrainingConfig {
    job = job.onGpus(gpu.simulated());
    stages = List.copyOf(stages);
    partition = List.copyOf(partition);
    int chunks = trainSchedule.virtualStages();
    if (stages.size() != chunks * job.degrees().pp()) {
      throw new UserError(
          "The model is partitioned into %d stages, but the pipeline-parallel degree is %d%s."
              .formatted(
                  stages.size(),
                  job.degrees().pp(),
                  chunks > 1 ? " with %d stages per rank".formatted(chunks) : ""));
    }
    trainSchedule.requireFits(job.degrees().pp(), job.numMicrobatches());
    long computations = 2L * chunks * job.numMicrobatches() * job.degrees().worldSize();
    if (computations > MAX_COMPUTATIONS) {
      throw new UserError(
          "An iteration of %d microbatches on %d ranks has %d forwards and backwards, but at most %d can be simulated."
              .formatted(
                  job.numMicrobatches(),
                  job.degrees().worldSize(),
                  computations,
                  MAX_COMPUTATIONS));
    }
    if (numProfSteps < 1) {
      throw new UserError(
          "A frequency schedule runs for at least one iteration, not %d.".formatted(numProfSteps));
    }
    if (maxSteps < 0) {
      throw new UserError(
          "The maximum number of steps is %d, but it must not be negative.".formatted(maxSteps));
    }
    if (RECOMPUTING.contains(trainSchedule) && !activationCheckpointing) {
      throw new UserError(
          "The training schedule %s recomputes activations and therefore needs activation checkpointing."
              .formatted(trainSchedule));
    }
    int ranks = job.degrees().worldSize();
    if (nodes < 1 || ranks % nodes != 0) {
      throw new UserError(
          "%d ranks cannot be distributed evenly over %d nodes.".formatted(ranks, nodes));
    }
  }

  /** Returns the number of ranks on each host. */
  public int gpusPerNode() {
    return job.degrees().worldSize() / nodes;
  }

  /** Returns the number of the host on which a rank runs. Hosts are numbered from 0. */
  public int node(int rank) {
    return rank / gpusPerNode();
  }

  /**
   * Returns a description of each rank for the scheduler. The returned descriptions are in the
   * order of the ranks' numbers.
   */
  public List<RankInfo> rankInfos() {
    Degrees degrees = job.degrees();
    List<List<PipeInstruction>> schedules =
        IntStream.range(0, degrees.pp())
            .mapToObj(
                stage ->
                    StageProgram.of(trainSchedule, stage, degrees.pp(), job.numMicrobatches())
                        .pipeSchedule())
            .toList();
    List<Integer> clocks = gpu.powerStates();
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
