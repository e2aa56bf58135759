package perseus.recording.log;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Times of one rank's first forward and first backward in each iteration, from which the duration
 * of a transfer between two stages is estimated.
 *
 * <p>Before its first forward or backward, a rank is mostly idle and waits for a neighbour. So the
 * time between the end of that instruction on the neighbour and its start here is mostly the
 * transfer. Arrays have one entry per iteration; times are in epoch seconds, NaN where unknown.
 *
 * @param loadStart start of the load immediately before the first forward; NaN where there is none
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

  /** No iterations. */
  public static final Handoffs NONE =
      new Handoffs(new double[0], new double[0], new double[0], new double[0], new double[0]);

  /** Returns these iterations followed by those of another recording of the same rank. */
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
   * Estimates the duration of a transfer between this stage and the next one.
   *
   * <p>The transfer of activations lasts from the end of the first forward here to its start on the
   * next stage; the transfer of gradients lasts from the end of the first backward there to its
   * start here. Each is a median over the iterations. A stage that was still busy makes the time
   * longer, so the smaller of the two medians is returned. If the ranks' clocks may differ, their
   * mean is returned, in which the difference of the clocks cancels.
   *
   * @param nextStage handoffs of a rank of the next stage
   * @param sameClock whether both ranks ran on one host
   * @return seconds, at least 0; NaN if the two ranks have no iteration in common
   */
  public double transferSecondsTo(Handoffs nextStage, boolean sameClock) {
    double activations = nextStage.medianForwardGapAfter(this);
    double gradients = median(gaps(nextStage.backwardEnd, backwardStart));
    double seconds = sameClock ? Math.min(activations, gradients) : (activations + gradients) / 2;
    return seconds < 0 ? 0 : seconds;
  }

  /**
   * If a stage loads data after it has received activations, the transfer ends when the load
   * starts.
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
