package perseus.recording.log;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Holds the start and end times of one rank's first forward and first backward in each iteration.
 * {@link #transferSecondsTo} estimates from the times of two ranks how long a data transfer between
 * two neighbouring stages takes.
 *
 * <p>Before the first forward and before the first backward of an iteration, a rank is usually
 * idle, because it waits for data from a neighbouring stage. So the transfer of activations takes
 * most of the time from the end of the first forward on one stage to the start of the first forward
 * on the next stage. The transfer of gradients takes most of the time from the end of the first
 * backward on one stage to the start of the first backward on the previous stage.
 *
 * <p>Each array of times holds one Unix time in seconds for each iteration; NaN if the time is
 * unknown.
 *
 * @param loadStart start of the data load immediately before each iteration's first forward, or NaN
 *     if no load comes immediately before the forward
 * @param forwardStart start of each iteration's first forward
 * @param forwardEnd end of each iteration's first forward
 * @param backwardStart start of each iteration's first backward
 * @param backwardEnd end of each iteration's first backward
 */
public record Handoffs(
    double[] loadStart,
    double[] forwardStart,
    double[] forwardEnd,
    double[] backwardStart,
    double[] backwardEnd) {

  /**
   * Holds no times, for a rank of which no recording has been read yet. {@link #then} appends the
   * times of each recording of the rank.
   */
  public static final Handoffs NONE =
      new Handoffs(new double[0], new double[0], new double[0], new double[0], new double[0]);

  /**
   * Returns the times of this object, followed by the times from another recording of the same
   * rank.
   */
  public Handoffs then(Handoffs other) {
    return new Handoffs(
        joined(loadStart, other.loadStart),
        joined(forwardStart, other.forwardStart),
        joined(forwardEnd, other.forwardEnd),
        joined(backwardStart, other.backwardStart),
        joined(backwardEnd, other.backwardEnd));
  }

  private static double[] joined(double[] a, double[] b) {
    return DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }

  /**
   * Estimates the duration of a data transfer between this rank's stage and the next pipeline
   * stage.
   *
   * <p>The transfer of activations lasts from the end of the first forward on this stage to the
   * start of the first forward on the next stage. The transfer of gradients lasts from the end of
   * the first backward on the next stage to the start of the first backward on this stage. The
   * median duration of a transfer over all iterations is computed separately for activations and
   * for gradients.
   *
   * <p>If the receiving stage is still busy when the data arrive, the measured duration of the
   * transfer is too long. So the smaller of the two medians (activations, gradients) is returned if
   * both ranks use the same clock. If the clocks of the two ranks may differ, the mean of the two
   * medians is returned, because the clock difference makes one median too large and the other
   * median too small by the same amount.
   *
   * @param nextStage times of the first forwards and backwards of a rank of the next stage
   * @param sameClock whether both ranks ran on one host and so used the same clock
   * @return duration of a transfer in seconds, at least 0; NaN if no iteration has known times on
   *     both ranks
   */
  public double transferSecondsTo(Handoffs nextStage, boolean sameClock) {
    double activations = nextStage.medianForwardGapAfter(this);
    double gradients = median(gaps(nextStage.backwardEnd, backwardStart));
    double seconds = sameClock ? Math.min(activations, gradients) : (activations + gradients) / 2;
    return seconds < 0 ? 0 : seconds;
  }

  /**
   * Returns the median time in seconds from the end of the previous stage's first forward to the
   * start of this stage's first forward. If this stage loads data between the two forwards, the
   * time up to the start of the load is used.
   */
  private double medianForwardGapAfter(Handoffs previousStage) {
    double[] gaps = gaps(previousStage.forwardEnd, forwardStart);
    double[] toLoad = gaps(previousStage.forwardEnd, loadStart);
    for (int k = 0; k < gaps.length; k++) {
      if (toLoad[k] >= 0) {
        gaps[k] = toLoad[k];
      }
    }
    return median(gaps);
  }

  private static double[] gaps(double[] ends, double[] starts) {
    double[] gaps = new double[Math.min(ends.length, starts.length)];
    Arrays.setAll(gaps, k -> starts[k] - ends[k]);
    return gaps;
  }

  private static double median(double[] values) {
    double[] known = Arrays.stream(values).filter(value -> !Double.isNaN(value)).sorted().toArray();
    return known.length == 0 ? Double.NaN : known[known.length / 2];
  }
}
