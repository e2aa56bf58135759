package perseus.attribution.clock;

import java.util.Arrays;
import java.util.stream.IntStream;
import perseus.numeric.WeightedLine;

/**
 * Describes a lag that changes steadily, because two clocks drift apart.
 *
 * <p>Method: a weighted straight line is fitted to the best lags of blocks of readings. The lag of
 * a single block may be far from the true lag, because it aligns readings with a neighbouring
 * instruction. If the line is not significant, the block furthest from the line is left out, and
 * the line is fitted again. At most one of eight blocks is left out.
 *
 * @param offset lag at time 0, in seconds
 * @param slope change of the lag in seconds per second
 * @param isCertain whether the slope is more than {@link #CERTAIN} times its standard error
 */
public record LagDrift(double offset, double slope, boolean isCertain) {
  /** Value for a lag that does not change. */
  public static final LagDrift NONE = new LagDrift(0, 0, false);

  private static final int MIN_BLOCKS = 4;
  private static final double CERTAIN = 6;
  private static final double POSSIBLE = 4;
  private static final double MIN_CHANGE_SECONDS = 5e-4;

  /** One block may be left out for each group of this many blocks. */
  private static final int BLOCKS_FOR_ONE = 8;

  /**
   * Finds a significant drift. Complexity: O(n^2) time for n blocks.
   *
   * @param times middle of each block in seconds; the mean of the times must be about 0
   * @param lags best lag of each block in seconds
   * @param weights inverse variance of each lag
   * @return {@link #NONE} if the lag does not change significantly
   */
  public static LagDrift find(double[] times, double[] lags, double[] weights) {
    LagDrift drift = significant(times, lags, weights);
    double[] some = weights.clone();
    for (int left = lags.length / BLOCKS_FOR_ONE; left > 0 && drift == NONE; left--) {
      some[furthest(times, lags, some)] = 0;
      drift = significant(times, lags, some);
    }
    return drift;
  }

  private static WeightedLine line(double[] times, double[] lags, double[] weights) {
    WeightedLine line = new WeightedLine();
    for (int k = 0; k < lags.length; k++) {
      line.add(times[k], lags[k], weights[k]);
    }
    return line;
  }

  private static int furthest(double[] times, double[] lags, double[] weights) {
    WeightedLine line = line(times, lags, weights);
    int furthest = 0;
    double most = -1;
    for (int k = 0; k < lags.length; k++) {
      double distance = Math.sqrt(weights[k]) * Math.abs(lags[k] - line.at(times[k]));
      if (distance > most) {
        most = distance;
        furthest = k;
      }
    }
    return furthest;
  }

  private static LagDrift significant(double[] times, double[] lags, double[] weights) {
    int[] used = IntStream.range(0, lags.length).filter(k -> weights[k] > 0).toArray();
    if (used.length < MIN_BLOCKS) {
      return NONE;
    }
    WeightedLine line = line(times, lags, weights);
    double[] someTimes = Arrays.stream(used).mapToDouble(k -> times[k]).toArray();
    double[] someLags = Arrays.stream(used).mapToDouble(k -> lags[k]).toArray();
    double change = Math.abs(line.slope()) * (times[times.length - 1] - times[0]);
    double stderrs = Math.abs(line.slope()) / line.slopeStderr(someTimes, someLags);
    return change > MIN_CHANGE_SECONDS && stderrs > POSSIBLE
        ? new LagDrift(line.at(0), line.slope(), stderrs > CERTAIN)
        : NONE;
  }
}
