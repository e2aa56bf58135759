package perseus.attribution.clock;

import java.util.Arrays;
import perseus.numeric.Quantile;

/**
 * Describes a jump of the lag of a rank's readings to a larger or smaller value. A clock that is
 * set during a recording causes a jump of the lag.
 *
 * <p>A single block of readings with another lag is no jump. If a rank never waits, the lag of a
 * single block may be wrong, because it aligns readings with a neighbouring instruction.
 *
 * @param block index of the first block of readings after the jump
 * @param seconds lag after the jump minus lag before the jump, in seconds
 * @param gain decrease of -2 log likelihood of all readings by the jump
 */
public record LagStep(int block, double seconds, double gain) {
  /** Computes -2 log likelihood of one block of readings. */
  public interface BlockMisfit {
    /**
     * @param block index of the block of readings
     * @param change lag minus the expected lag, in seconds
     */
    double of(int block, double change);
  }

  /**
   * Finds the jump of the lag that explains the readings best. Complexity: O(n^2) evaluations of
   * the log likelihood for n blocks of readings.
   *
   * @param changes for each block in order of time, its best lag minus the expected lag, in seconds
   * @param minSeconds smallest jump of the lag in seconds
   * @return best jump of the lag; its {@code gain} is 0 if no jump helps
   */
  public static LagStep find(double[] changes, double minSeconds, BlockMisfit misfit) {
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

  /**
   * Returns -2 log likelihood of all readings with one lag before block {@code cut}, and another
   * lag from block {@code cut} on.
   */
  private static double sum(int cut, BlockMisfit misfit, int blocks, double before, double after) {
    double sum = 0;
    for (int k = 0; k < blocks; k++) {
      sum += misfit.of(k, k < cut ? before : after);
    }
    return sum;
  }
}
