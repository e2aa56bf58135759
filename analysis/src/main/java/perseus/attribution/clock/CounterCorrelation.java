package perseus.attribution.clock;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import perseus.numeric.Sorted;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.PowerSamples;

/**
 * Correlates the power of an energy counter with the power of the samples at the same time.
 *
 * <p>The power of a sample is assumed to be constant since the sample before it. Updates during
 * which samples are missing are left out.
 */
final class CounterCorrelation {
  /** Time between two samples that counts as a gap, as a multiple of the usual time. */
  private static final double GAP = 5;

  private final double[] from;
  private final double[] to;
  private final double[] watts;
  private final double[] times;
  private final double[] joules;
  private final int[] gaps;

  private CounterCorrelation(
      double[] from, double[] to, double[] watts, double[] times, double[] joules, int[] gaps) {
    this.from = from;
    this.to = to;
    this.watts = watts;
    this.times = times;
    this.joules = joules;
    this.gaps = gaps;
  }

  static CounterCorrelation of(EnergyLog log, PowerSamples samples) {
    double[] times = samples.times();
    double[] joules = new double[times.length];
    int[] gaps = new int[times.length];
    for (int i = 1; i < times.length; i++) {
      double seconds = times[i] - times[i - 1];
      joules[i] = joules[i - 1] + samples.watts()[i] * seconds;
      gaps[i] = gaps[i - 1] + (seconds > GAP * samples.periodSeconds() ? 1 : 0);
    }
    int[] used = IntStream.range(1, log.size()).filter(i -> log.usable()[i]).toArray();
    double[] from = Arrays.stream(used).mapToDouble(i -> log.times()[i - 1]).toArray();
    double[] to = Arrays.stream(used).mapToDouble(i -> log.times()[i]).toArray();
    double[] watts = new double[used.length];
    Arrays.setAll(
        watts, k -> (log.energies()[used[k]] - log.energies()[used[k] - 1]) / (to[k] - from[k]));
    return new CounterCorrelation(from, to, watts, times, joules, gaps);
  }

  int size() {
    return from.length;
  }

  double start() {
    return from[0];
  }

  double end() {
    return to[to.length - 1];
  }

  /** Returns one of {@code parts} equal parts of consecutive updates. */
  CounterCorrelation part(int index, int parts) {
    int first = (int) ((long) index * size() / parts);
    int last = (int) ((long) (index + 1) * size() / parts);
    return some(IntStream.range(first, last).toArray());
  }

  /** Returns about {@code wanted} updates that are spread evenly. */
  CounterCorrelation some(int wanted) {
    int step = Math.max(1, size() / wanted);
    return some(IntStream.range(0, size()).filter(i -> i % step == 0).toArray());
  }

  private CounterCorrelation some(int[] indices) {
    return new CounterCorrelation(
        at(from, indices), at(to, indices), at(watts, indices), times, joules, gaps);
  }

  private static double[] at(double[] values, int[] indices) {
    return Arrays.stream(indices).mapToDouble(i -> values[i]).toArray();
  }

  /**
   * Returns 1 - r^2, where r is the correlation between the powers of the counter and of the
   * samples; 1 for too few updates with samples.
   *
   * @param later time in seconds that is added to the times of the samples
   */
  double misfit(double later) {
    return misfit(t -> later);
  }

  /**
   * Returns 1 - r^2 like the other method of this name, for a time shift that changes.
   *
   * @param later function from the Unix time to the seconds that are added to the times of samples
   */
  double misfit(DoubleUnaryOperator later) {
    double n = 0;
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    double yy = 0;
    int last = 0;
    for (int i = 0; i < from.length; i++) {
      double shift = later.applyAsDouble(to[i]);
      int first = Sorted.firstFrom(times, from[i] - shift, last);
      last = Sorted.firstFrom(times, to[i] - shift, first);
      if (first == 0 || last == times.length || gaps[first - 1] != gaps[last]) {
        continue;
      }
      double power =
          (energy(last, to[i] - shift) - energy(first, from[i] - shift)) / (to[i] - from[i]);
      n++;
      x += power;
      y += watts[i];
      xx += power * power;
      xy += power * watts[i];
      yy += watts[i] * watts[i];
    }
    double covariance = n * xy - x * y;
    double product = (n * xx - x * x) * (n * yy - y * y);
    return n > from.length / 2.0 && covariance > 0 && product > 0
        ? Math.max(1e-6, 1 - covariance * covariance / product)
        : 1;
  }

  private double energy(int after, double time) {
    double share = (time - times[after - 1]) / (times[after] - times[after - 1]);
    return joules[after - 1] + share * (joules[after] - joules[after - 1]);
  }
}
