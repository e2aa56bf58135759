package perseus.recording;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * When a rank ran its first forward and its first backward of each iteration, in epoch seconds by
 * iteration. Both wait for a neighbour with nothing else to do, so between ranks they tell how long
 * a transfer takes.
 */
public record Handoffs(
    double[] forwardStart, double[] forwardEnd, double[] backwardStart, double[] backwardEnd) {

  /** Of no iteration. */
  static final Handoffs NONE =
      new Handoffs(new double[0], new double[0], new double[0], new double[0]);

  /** The handoffs of a log's complete iterations; NaN where one was not recorded. */
  static Handoffs of(InstructionLog log, int numMicrobatches, int iterations) {
    double[][] times = new double[4][iterations];
    for (double[] array : times) {
      Arrays.fill(array, Double.NaN);
    }
    int forward = log.kinds().indexOf(Instruction.FORWARD);
    int backward = log.kinds().indexOf(Instruction.BACKWARD);
    for (int i = 0; i < log.size(); i++) {
      int iteration = log.ordinal()[i] / numMicrobatches;
      if (log.ordinal()[i] % numMicrobatches == 0
          && iteration < iterations
          && !log.damaged()[i]
          && (log.kind()[i] == forward || log.kind()[i] == backward)) {
        int first = log.kind()[i] == forward ? 0 : 2;
        times[first][iteration] = log.start()[i];
        times[first + 1][iteration] = log.end()[i];
      }
    }
    return new Handoffs(times[0], times[1], times[2], times[3]);
  }

  /** These, followed by another recording's. */
  Handoffs then(Handoffs other) {
    return new Handoffs(
        joined(forwardStart, other.forwardStart),
        joined(forwardEnd, other.forwardEnd),
        joined(backwardStart, other.backwardStart),
        joined(backwardEnd, other.backwardEnd));
  }

  private static double[] joined(double[] a, double[] b) {
    return DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }

  /**
   * Seconds from the end of a first forward here until the next stage starts its own, and likewise
   * back for backwards: the median over iterations of each, and the mean of the two, from which a
   * difference between the hosts' clocks drops out.
   *
   * @return at least 0; NaN where the two have no iteration in common
   */
  public double transferSecondsTo(Handoffs nextStage) {
    double there = medianGap(forwardEnd, nextStage.forwardStart);
    double back = medianGap(nextStage.backwardEnd, backwardStart);
    double mean = (there + back) / 2;
    return mean < 0 ? 0 : mean;
  }

  private static double medianGap(double[] ends, double[] starts) {
    double[] gaps = new double[Math.min(ends.length, starts.length)];
    Arrays.setAll(gaps, k -> starts[k] - ends[k]);
    double[] known = Arrays.stream(gaps).filter(gap -> !Double.isNaN(gap)).sorted().toArray();
    return known.length == 0 ? Double.NaN : known[known.length / 2];
  }
}
