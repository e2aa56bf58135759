package perseus.recording.log;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Holds the times of one rank's first forward and first backward in each iteration. From these
 * times, {@link #transferSecondsTo} estimates how long a data transfer between two stages takes.
 *
 * <p>Before its first forward or first backward, a rank is usually idle, because it waits for data
 * from a neighbouring stage. So the time from the end of the instruction on the neighbouring stage
 * to the start of the rank's own instruction is mostly the transfer time.
 *
 * <p>Each array has one entry per iteration. Times are in epoch seconds; NaN means unknown.
 *
 * @param loadStart start of the load immediately before the first forward; NaN if there is no such
 *     load
 * @param forwardStart start of the first forward
 * @param forwardEnd end of the first forward
 * @param backwardStart start of the first backward
 * @param backwardEnd end of the first backward
 */
public record Handoffs(
    double[] loadStart,
    double[] forwardStart,
    double[] forwardEnd,
    double[] backwardStart,
    double[] backwardEnd) {

  /**
   * The times of a rank without iterations. Recordings of the rank are appended with {@link #then}.
   */
  public static final Handoffs NONE =
      new Handoffs(new double[0], new double[0], new double[0], new double[0], new double[0]);

  /**
   * Returns the times of these iterations, followed by the times from another recording of the same
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
   * Estimates the duration of a transfer between this stage and the next stage.
   *
   * <p>The transfer of activations lasts from the end of the first forward on this stage to the
   * start of the first forward on the next stage. The transfer of gradients lasts from the end of
   * the first backward on the next stage to the start of the first backward on this stage. For each
   * of the two transfers, this method computes the median duration over the iterations.
   *
   * <p>If the receiving stage is still busy when the data arrive, the measured duration is too
   * long. So this method returns the smaller median if both ranks use the same clock. If the clocks
   * may differ, this method returns the mean of the two medians, because the clock difference
   * cancels in the mean.
   *
   * @param nextStage times of a rank of the next stage
   * @param sameClock whether both ranks ran on one host and so used the same clock
   * @return duration in seconds, at least 0; NaN if the two ranks have no iteration in common
   */
  public double transferSecondsTo(Handoffs nextStage, boolean sameClock) {
    double activations = nextStage.medianForwardGapAfter(this);
    double gradients = median(gaps(nextStage.backwardEnd, backwardStart));
    double seconds = sameClock ? Math.min(activations, gradients) : (activations + gradients) / 2;
    return seconds < 0 ? 0 : seconds;
  }

  /**
   * Returns the median time in seconds from the end of the previous stage's first forward to the
   * start of this stage's first forward. If this stage loads data after it has received the
   * activations, the time is measured to the start of the load.
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
