package perseus.attribution.search;

import java.util.Arrays;
import perseus.numeric.Quantile;

/**
 * Describes a step of the lag between instructions and power: from one block of readings on, the
 * lag is larger or smaller. A clock that is set during a recording causes such a step.
 *
 * <p>A single block with another lag is no step. On a rank that computes without a pause, such a
 * lag often only exchanges the sections of instructions with different powers.
 *
 * @param block index of the first block after the step
 * @param seconds lag after the step minus lag before it, in seconds
 * @param gain decrease of the misfit of all blocks if the lag has a step
 */
record LagStep(int block, double seconds, double gain) {
  /** Computes the misfit of one block of readings. */
  interface BlockMisfit {
    /**
     * @param block index of the block
     * @param change lag minus the expected lag, in seconds
     */
    double of(int block, double change);
  }

  /**
   * Finds the step of the lag that explains the readings best. Takes O(n^2) misfits for n blocks.
   *
   * @param changes for each block in order of time, its best lag minus the expected lag, in seconds
   * @param minSeconds smallest step, in seconds
   * @return the best step, which has no gain if there is none
   */
  static LagStep find(double[] changes, double minSeconds, BlockMisfit misfit) {
    double common = Quantile.median(changes);
    double without =
        Math.min(sum(0, misfit, changes.length, 0, 0), sum(0, misfit, changes.length, 0, common));
    LagStep best = new LagStep(0, 0, 0);
    for (int cut = 1; cut < changes.length; cut++) {
      double before = Quantile.median(Arrays.copyOfRange(changes, 0, cut));
      double after = Quantile.median(Arrays.copyOfRange(changes, cut, changes.length));
      if (Math.abs(after - before) > minSeconds) {
        double gain = without - sum(cut, misfit, changes.length, before, after);
        if (gain > best.gain) {
          best = new LagStep(cut, after - before, gain);
        }
      }
    }
    return best;
  }

  /** Returns the misfit of all blocks with one lag before a block and another lag from it on. */
  private static double sum(int cut, BlockMisfit misfit, int blocks, double before, double after) {
    double sum = 0;
    for (int k = 0; k < blocks; k++) {
      sum += misfit.of(k, k < cut ? before : after);
    }
    return sum;
  }
}
