package perseus.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import perseus.io.UserError;

/**
 * What GPUs draw while they wait, where a schedule puts several stages on the same ones. Stages
 * that were measured on GPUs of their own never agree to the digit.
 */
public final class SharedRanks {
  /** Measurements of one kind of GPU differ by less than this share. */
  private static final double ALIKE = 0.1;

  private SharedRanks() {}

  /**
   * One blocking power for all stages of a rank: their mean.
   *
   * @param dag which stages share a rank
   * @param stageWatts what one GPU of each stage draws while it waits, in watts
   * @param gpus GPUs of each stage
   * @return watts of one GPU per stage
   * @throws UserError if stages of one rank differ in their number of GPUs, or by more than 10 % in
   *     power
   */
  public static List<Double> evened(IterationDag dag, List<Double> stageWatts, List<Integer> gpus) {
    List<Double> evened = new ArrayList<>(stageWatts);
    for (int lane = 0; lane < dag.lanes(); lane++) {
      TreeSet<Integer> stages = new TreeSet<>();
      for (int j : dag.laneOperations(lane)) {
        stages.add(dag.operations().get(j).stage());
      }
      int least = stages.first();
      int most = stages.first();
      double sum = 0;
      for (int stage : stages) {
        requireEqualGpus(stages.first(), stage, gpus);
        least = stageWatts.get(stage) < stageWatts.get(least) ? stage : least;
        most = stageWatts.get(stage) > stageWatts.get(most) ? stage : most;
        sum += stageWatts.get(stage);
      }
      if (stageWatts.get(most) > (1 + ALIKE) * stageWatts.get(least)) {
        throw new UserError(
            String.format(
                Locale.ROOT,
                "Stages %d and %d share a rank, but their GPUs draw %.1f W and %.1f W while they wait; say with --blocking-power what one draws.",
                Math.min(least, most),
                Math.max(least, most),
                stageWatts.get(Math.min(least, most)),
                stageWatts.get(Math.max(least, most))));
      }
      if (least != most) {
        for (int stage : stages) {
          evened.set(stage, sum / stages.size());
        }
      }
    }
    return evened;
  }

  private static void requireEqualGpus(int first, int stage, List<Integer> gpus) {
    if (!gpus.get(first).equals(gpus.get(stage))) {
      throw new UserError(
          "Stages %d and %d share a rank, but have %d and %d GPUs; say with --gpus-per-stage how many."
              .formatted(first, stage, gpus.get(first), gpus.get(stage)));
    }
  }
}
