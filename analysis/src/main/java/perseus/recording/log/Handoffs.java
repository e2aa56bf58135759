package perseus.recording.log;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Holds the start and end times of a rank's first forward and first backward in each iteration.
 * Transfer times between stages are estimated from these times.
 *
 * <p>A rank is usually idle before its first forward and its first backward, because it waits for a
 * neighbouring stage. The transfer of activations takes most of the time between the first forwards
 * of two neighbouring stages. The transfer of gradients takes most of the time between the first
 * backwards of two neighbouring stages.
 *
 * <p>Each array of {@code Handoffs} holds a Unix time in seconds for each iteration; NaN if the
 * time is unknown.
 *
 * @param loadStart start of the data load immediately before the first forward of each iteration;
 *     NaN without a load
 * @param forwardStart start of the first forward of each iteration
 * @param forwardEnd end of the first forward of each iteration
 * @param backwardStart start of the first backward of each iteration
 * @param backwardEnd end of the first backward of each iteration
 */
public record Handoffs(
    double[] loadStart,
    double[] forwardStart,
    double[] forwardEnd,
    double[] backwardStart,
    double[] backwardEnd) {

  /** Value without times, for a rank of which no recording was read. */
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
   * Estimates the duration of a data transfer between the stage of this rank and the next stage.
   *
   * <p>A transfer of activations starts at the end of this stage's first forward, and ends at the
   * start of the next stage's first forward. A transfer of gradients starts at the end of the next
   * stage's first backward, and ends at the start of this stage's first backward. The median time
   * of a transfer over all iterations is computed separately for activations and gradients.
   *
   * <p>The measured transfer time is too long if the receiving stage is still busy when the data
   * arrive. If both ranks use the same clock, the smaller of the median transfer times of
   * activations and gradients is returned. If the ranks use different clocks, the mean of the
   * median transfer times of activations and gradients is returned. A constant difference between
   * two clocks cancels out in the mean over both directions of transfer.
   *
   * @param nextStage times of a rank of the next stage
   * @param sameClock whether both ranks ran on one host and used the same clock
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
   * Returns the median time in seconds between the first forward of the previous stage and the
   * first forward of this stage. If the stage loads data before its first forward, the start of the
   * load counts instead of the start of the forward.
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
