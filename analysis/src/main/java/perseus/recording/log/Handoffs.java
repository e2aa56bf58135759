package perseus.recording.log;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * When a rank ran its first forward and its first backward of each iteration, in epoch seconds by
 * iteration. They mostly wait for a neighbour with nothing else to do, so between ranks they tell
 * how long a transfer takes.
 *
 * @param loadStart start of the load right before the first forward; NaN where there is none
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

  /** Of no iteration. */
  public static final Handoffs NONE =
      new Handoffs(new double[0], new double[0], new double[0], new double[0], new double[0]);

  /** These, followed by another recording's. */
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
   * What a transfer to the next stage takes. The time from the end of a first forward here until
   * the next stage goes on with it, and likewise back for backwards, is a transfer, and more where
   * a stage was busy meanwhile: medians over iterations, of which the smaller counts. Where the two
   * ranks' clocks may differ, it is their mean, from which a difference drops out.
   *
   * @param sameClock whether both ranks ran on one host
   * @return seconds, at least 0; NaN where the two have no iteration in common
   */
  public double transferSecondsTo(Handoffs nextStage, boolean sameClock) {
    double there = nextStage.medianForwardGapAfter(this);
    double back = median(gaps(nextStage.backwardEnd, backwardStart));
    double seconds = sameClock ? Math.min(there, back) : (there + back) / 2;
    return seconds < 0 ? 0 : seconds;
  }

  /** A stage that loads after it has received goes on with the load. */
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
