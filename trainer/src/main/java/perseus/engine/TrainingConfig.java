package perseus.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import perseus.control.Scheduler;
import perseus.gpu.GpuModel;
import perseus.model.StageWork;
import perseus.parallel.Degrees;
import perseus.recording.InputException;

/**
 * A training run on the virtual engine.
 *
 * @param model the model's name
 * @param stages what each stage does to a microbatch
 * @param partitionMethod as given to {@code --partition_method}
 * @param partition first layer of each stage, then the number of layers
 * @param degrees degrees of parallelism; pp is the number of stages
 * @param nodes hosts that share the ranks evenly, in their order
 * @param microbatchSize samples in a microbatch
 * @param numMicrobatches microbatches of one pipeline in an iteration
 * @param gpu the simulated GPU
 * @param trainSchedule name of the pipeline schedule, such as {@code 1f1b}
 * @param numProfSteps iterations of one frequency schedule
 * @param maxSteps iterations after which training ends; 0 for as many as the scheduler has
 * @param seed of the simulation's randomness
 * @param activationCheckpointing whether a backward recomputes its forward
 * @param exportTimingCsv whether to profile: write instruction and energy logs
 * @param outputDirectory where the files go
 * @param scheduler chooses the frequencies
 * @param schedulerArgs its arguments, for the dump
 * @param dumpDirectory where the state dump goes; null for none
 */
public record TrainingConfig(
    String model,
    List<StageWork> stages,
    String partitionMethod,
    List<Integer> partition,
    Degrees degrees,
    int nodes,
    int microbatchSize,
    int numMicrobatches,
    GpuModel gpu,
    String trainSchedule,
    int numProfSteps,
    int maxSteps,
    long seed,
    boolean activationCheckpointing,
    boolean exportTimingCsv,
    Path outputDirectory,
    Scheduler.Factory scheduler,
    Map<String, Object> schedulerArgs,
    Path dumpDirectory) {

  /**
   * @throws InputException if the numbers do not fit each other
   */
  public TrainingConfig {
    stages = List.copyOf(stages);
    partition = List.copyOf(partition);
    if (stages.size() != degrees.pp()) {
      throw new InputException(
          "The model is cut into %d stages, but the pipeline degree is %d."
              .formatted(stages.size(), degrees.pp()));
    }
    if (microbatchSize < 1 || numMicrobatches < 1) {
      throw new InputException(
          "A microbatch has at least one sample and an iteration at least one microbatch.");
    }
    if (numProfSteps < 1) {
      throw new InputException("A frequency schedule runs for at least one iteration.");
    }
    if (maxSteps < 0) {
      throw new InputException("The number of steps cannot be negative.");
    }
    if (nodes < 1 || degrees.worldSize() % nodes != 0) {
      throw new InputException(
          "%d ranks do not spread evenly over %d nodes.".formatted(degrees.worldSize(), nodes));
    }
  }

  /** The host of a rank, from 0. */
  int node(int rank) {
    return rank / (degrees.worldSize() / nodes);
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
