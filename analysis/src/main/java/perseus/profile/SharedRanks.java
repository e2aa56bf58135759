package perseus.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import perseus.io.UserError;
import perseus.pipeline.IterationDag;

/**
 * Makes the blocking power (power of a waiting GPU) equal for all stages that share a rank. Stages
 * that share a rank run on the same GPUs, and therefore have the same blocking power. The blocking
 * powers of stages that were measured on different GPUs differ slightly. The blocking powers of the
 * stages on one rank are replaced by their mean.
 */
public final class SharedRanks {
  /**
   * Maximum relative difference between the blocking (waiting) powers of stages that share a rank.
   */
  private static final double MAX_DIFFERENCE = 0.1;

  private SharedRanks() {}

  /**
   * Replaces the blocking (waiting) power of each stage by the mean over the stages on the same
   * rank.
   *
   * @param dag DAG of the iteration
   * @param stageWatts measured blocking power of one GPU in watts, for each stage
   * @param gpus number of GPUs of each stage
   * @return blocking power of one GPU in watts for each stage, equal for stages that share a rank
   * @throws UserError if stages that share a rank have different numbers of GPUs, or blocking
   *     powers that differ by more than 10 %
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
