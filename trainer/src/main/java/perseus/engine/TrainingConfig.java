package perseus.engine;

import java.nio.file.Path;
import java.util.List;
import perseus.control.JobInfo;
import perseus.control.Scheduler;
import perseus.gpu.GpuModel;
import perseus.model.StageWork;
import perseus.recording.InputException;

/**
 * A training run on the virtual engine.
 *
 * @param job model, degrees, microbatches
 * @param stages what each stage does to a microbatch
 * @param partition first layer of each stage, then the number of layers
 * @param nodes hosts that share the ranks evenly, in their order
 * @param gpu the simulated GPU
 * @param trainSchedule name of the pipeline schedule, such as {@code 1f1b}
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
    String trainSchedule,
    int numProfSteps,
    int maxSteps,
    long seed,
    boolean activationCheckpointing,
    boolean exportTimingCsv,
    Path outputDirectory,
    Scheduler.Factory scheduler,
    Path dumpDirectory) {

  /**
   * @throws InputException if the numbers do not fit each other
   */
  public TrainingConfig {
    stages = List.copyOf(stages);
    partition = List.copyOf(partition);
    if (stages.size() != job.degrees().pp()) {
      throw new InputException(
          "The model is cut into %d stages, but the pipeline degree is %d."
              .formatted(stages.size(), job.degrees().pp()));
    }
    if (numProfSteps < 1) {
      throw new InputException("A frequency schedule runs for at least one iteration.");
    }
    if (maxSteps < 0) {
      throw new InputException("The number of steps cannot be negative.");
    }
    int ranks = job.degrees().worldSize();
    if (nodes < 1 || ranks % nodes != 0) {
      throw new InputException(
          "%d ranks do not spread evenly over %d nodes.".formatted(ranks, nodes));
    }
  }

  int gpusPerNode() {
    return job.degrees().worldSize() / nodes;
  }

  /** The host of a rank, from 0. */
  int node(int rank) {
    return rank / gpusPerNode();
  }

  /** Where a pipeline schedule's order of computations comes from, by its name. */
  ComputationOrder order() {
    return switch (trainSchedule) {
      case "1f1b" -> ComputationOrder.ONE_FORWARD_ONE_BACKWARD;
      case "gpipe" -> ComputationOrder.GPIPE;
      default ->
          throw new InputException(
              "The virtual engine does not run the training schedule "
                  + trainSchedule
                  + "; it runs 1f1b and gpipe.");
    };
  }
}
