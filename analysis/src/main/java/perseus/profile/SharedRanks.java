package perseus.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import perseus.io.UserError;
import perseus.pipeline.IterationDag;

/**
 * Makes the blocking power (power of a GPU that waits) equal for all stages that share a rank.
 * Stages that share a rank run on the same GPUs, so stages that share a rank must have the same
 * blocking power. If stages that share a rank were measured on different GPUs, their measured
 * blocking powers differ slightly. This class replaces the blocking powers of all stages that share
 * a rank by their mean.
 */
public final class SharedRanks {
  /**
   * Maximum relative difference that is accepted between the blocking powers (powers of a GPU that
   * waits) of stages that share a rank.
   */
  private static final double MAX_DIFFERENCE = 0.1;

  private SharedRanks() {}

  /**
   * Replaces the blocking power (power of a GPU that waits) of each stage by a mean. The mean is
   * taken over all stages that share a rank with the stage.
   *
   * @param dag DAG of the iteration; stages share a rank if their operations are in the same lane
   *     (the sequence of operations of one rank)
   * @param stageWatts for each stage, the measured power in watts that one GPU draws while it waits
   *     (blocking power)
   * @param gpus number of GPUs of each stage
   * @return for each stage, the power in watts that one GPU draws while it waits (blocking power);
   *     equal for stages that share a rank
   * @throws UserError if stages that share a rank have different numbers of GPUs, or if their
   *     blocking powers differ by more than 10 %
   */
  public static List<Double> meanOverStages(
      IterationDag dag, List<Double> stageWatts, List<Integer> gpus) {
    List<Double> means = new ArrayList<>(stageWatts);
    for (int lane = 0; lane < dag.lanes(); lane++) {
      TreeSet<Integer> stages = new TreeSet<>();
      for (int j : dag.laneOperations(lane)) {
        stages.add(dag.operations().get(j).stage());
      }
      int lowest = stages.first();
      int highest = stages.first();
      double sum = 0;
      for (int stage : stages) {
        requireEqualGpus(stages.first(), stage, gpus);
        lowest = stageWatts.get(stage) < stageWatts.get(lowest) ? stage : lowest;
        highest = stageWatts.get(stage) > stageWatts.get(highest) ? stage : highest;
        sum += stageWatts.get(stage);
      }
      if (stageWatts.get(highest) > (1 + MAX_DIFFERENCE) * stageWatts.get(lowest)) {
        throw new UserError(
            String.format(
                Locale.ROOT,
                "Stages %d and %d share a rank, but their GPUs draw %.1f W and %.1f W while they wait; give the power of one GPU with --blocking-power.",
                Math.min(lowest, highest),
                Math.max(lowest, highest),
                stageWatts.get(Math.min(lowest, highest)),
                stageWatts.get(Math.max(lowest, highest))));
      }
      if (lowest != highest) {
        for (int stage : stages) {
          means.set(stage, sum / stages.size());
        }
      }
    }
    return means;
  }

  private static void requireEqualGpus(int first, int stage, List<Integer> gpus) {
    if (!gpus.get(first).equals(gpus.get(stage))) {
      throw new UserError(
          "Stages %d and %d share a rank, but have %d and %d GPUs; give the number of GPUs with --gpus-per-stage."
              .formatted(first, stage, gpus.get(first), gpus.get(stage)));
    }
  }
}
