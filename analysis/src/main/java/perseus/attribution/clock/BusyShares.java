package perseus.attribution.clock;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import perseus.numeric.EvenlySpread;
import perseus.numeric.Sorted;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Compares mean powers of a GPU with the shares of time in which forwards and other instructions
 * ran.
 *
 * <pre>
 *   p = c + f x + g y
 *     p        mean power between two readings (W)
 *     x, y     shares of this time in which forwards and other instructions ran
 *     c, f, g  powers (W) that minimize the sum of squared residuals, separate for each frequency
 * </pre>
 *
 * <p>Complexity: O(n log m) time for n readings and m instructions.
 */
final class BusyShares {
  private static final int FREQUENCIES = 3;

  /** A frequency with fewer readings is not used. */
  private static final int MIN_READINGS = 20;

  /** A running average is computed as the mean of this number of equal parts of its time. */
  private static final int PARTS_OF_AVERAGE = 8;

  /** Holds the readings of one frequency: start, end and mean power of each. */
  private record Powers(double[] from, double[] to, double[] watts) {}

  private record Work(BusyTime forwards, BusyTime others) {}

  private record Frequency(Powers powers, Work work) {}

  private final List<Frequency> frequencies;

  private BusyShares(List<Frequency> frequencies) {
    this.frequencies = frequencies;
  }

  /**
   * Takes some readings of up to three frequencies: power samples if there are any, else readings
   * of the energy counter.
   *
   * @param readings number of readings to take at each frequency
   */
  static BusyShares of(RankRecording rank, int readings) {
    return of(rank, readings, rank.hasSamples());
  }

  /** Takes readings of the energy counter of up to three frequencies. */
  static BusyShares ofCounter(RankRecording rank, int readings) {
    return of(rank, readings, false);
  }

  private static BusyShares of(RankRecording rank, int readings, boolean samples) {
    List<Frequency> frequencies = new ArrayList<>();
    List<Window> windows = rank.windows();
    for (int w : EvenlySpread.indices(windows.size())) {
      List<Segment> segments = windows.get(w).segments();
      if (frequencies.size() < FREQUENCIES && !segments.isEmpty()) {
        Segment chosen = segments.get(segments.size() / 2);
        List<Segment> same =
            segments.stream()
                .filter(each -> each.instructions() == chosen.instructions())
                .filter(each -> each.energy() == chosen.energy())
                .toList();
        double end = same.get(same.size() - 1).end();
        Powers some = powers(chosen, same.get(0).start(), end, readings, samples);
        add(some, chosen.instructions(), frequencies);
      }
    }
    return new BusyShares(frequencies);
  }

  /**
   * Takes readings of a part of the recording: power samples if there are any, else readings of the
   * energy counter.
   *
   * @param from Unix time in seconds of the start of the part
   * @param to Unix time in seconds of the end of the part
   */
  static BusyShares between(RankRecording rank, double from, double to, int readings) {
    List<Frequency> frequencies = new ArrayList<>();
    for (Window window : rank.windows()) {
      List<Segment> inside =
          window.segments().stream()
              .filter(each -> each.start() < to && each.end() > from)
              .toList();
      if (!inside.isEmpty()) {
        Segment first = inside.get(0);
        double start = Math.max(from, first.start());
        double end = Math.min(to, inside.get(inside.size() - 1).end());
        Powers some = powers(first, start, end, readings, rank.hasSamples());
        add(some, first.instructions(), frequencies);
      }
    }
    return new BusyShares(frequencies);
  }

  private static void add(Powers some, InstructionLog log, List<Frequency> frequencies) {
    if (some.watts.length >= MIN_READINGS) {
      double first = some.from[0] - LagRange.MAX_DIFFERENCE_SECONDS;
      double last = some.to[some.to.length - 1] + LagRange.MAX_DIFFERENCE_SECONDS;
      Work work =
          new Work(BusyTime.of(log, first, last, true), BusyTime.of(log, first, last, false));
      frequencies.add(new Frequency(some, work));
    }
  }

  private static Powers powers(
      Segment segment, double start, double end, int readings, boolean ofSamples) {
    PowerSamples samples = segment.samples();
    EnergyLog log = segment.energy();
    double[] times = ofSamples ? samples.times() : log.times();
    int[] all =
        IntStream.range(Sorted.firstFrom(times, start) + 1, times.length)
            .takeWhile(i -> times[i] <= end)
            .filter(i -> times[i] > times[i - 1])
            .filter(i -> ofSamples || log.usable()[i])
            .toArray();
    int step = Math.max(1, all.length / readings);
    int[] used = IntStream.range(0, all.length / step).map(k -> all[k * step]).toArray();
    double[] from = new double[used.length];
    double[] to = new double[used.length];
    double[] watts = new double[used.length];
    for (int k = 0; k < used.length; k++) {
      int i = used[k];
      from[k] = times[i - 1];
      to[k] = times[i];
      watts[k] =
          ofSamples
              ? samples.watts()[i]
              : (log.energies()[i] - log.energies()[i - 1]) / (to[k] - from[k]);
    }
    return new Powers(from, to, watts);
  }

  /** Returns the powers of this rank with the instructions of another rank of the same job. */
  BusyShares withWorkOf(BusyShares other) {
    int common = Math.min(frequencies.size(), other.frequencies.size());
    return new BusyShares(
        IntStream.range(0, common)
            .mapToObj(k -> new Frequency(frequencies.get(k).powers, other.frequencies.get(k).work))
            .toList());
  }

  /** Returns the number of readings. */
  int size() {
    return frequencies.stream().mapToInt(each -> each.powers.watts.length).sum();
  }

  /**
   * Returns the mean of log(1 - R^2) over the frequencies, weighted by their numbers of readings.
   *
   * @param lag assumed time in seconds from the use of power to its record
   */
  double misfit(double lag) {
    return misfit(time -> lag);
  }

  /**
   * Returns the mean of {@code log(1 - R^2)} over the readings, for a lag that changes.
   *
   * @param lag lag in seconds of a reading that ends at a Unix time in seconds
   */
  double misfit(DoubleUnaryOperator lag) {
    return misfit(lag, 0);
  }

  /**
   * Returns the same mean for a sensor with a running average.
   *
   * @param lag lag of the sensor in seconds, besides the delay of the running average
   * @param width averaging time in seconds
   */
  double misfitOfAverage(double lag, double width) {
    return misfit(time -> lag, width);
  }

  private double misfit(DoubleUnaryOperator lag, double width) {
    double sum = 0;
    for (Frequency each : frequencies) {
      sum += each.powers.watts.length * misfit(each, lag, width);
    }
    return sum / Math.max(1, size());
  }

  /** Returns whether one lag explains the powers at each frequency better than another lag. */
  boolean areAllBetter(double lag, double than) {
    return frequencies.stream()
        .allMatch(each -> misfit(each, time -> lag, 0) < misfit(each, time -> than, 0));
  }

  /** Returns the fraction of the time of the readings in which instructions ran. */
  double busyShare() {
    double busy = 0;
    double all = 0;
    for (Frequency each : frequencies) {
      Powers some = each.powers;
      Work own = each.work;
      for (int i = 0; i < some.watts.length; i++) {
        busy += own.forwards.until(some.to[i]) - own.forwards.until(some.from[i]);
        busy += own.others.until(some.to[i]) - own.others.until(some.from[i]);
        all += some.to[i] - some.from[i];
      }
    }
    return busy / all;
  }

  private static double misfit(Frequency frequency, DoubleUnaryOperator lag, double width) {
    return Math.log(unexplained(frequency.powers, frequency.work, lag, width));
  }

  /** Returns 1 - R^2 of the least-squares fit, at least 1e-6. */
  private static double unexplained(
      Powers powers, Work work, DoubleUnaryOperator lag, double width) {
    int parts = width > 0 ? PARTS_OF_AVERAGE : 1;
    int n = powers.watts.length;
    double[] x = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      for (int part = 0; part < parts; part++) {
        double later = lag.applyAsDouble(powers.to[i]) + (part + 0.5) / parts * width;
        double from = powers.from[i] - later;
        double to = powers.to[i] - later;
        x[i] += (work.forwards.until(to) - work.forwards.until(from)) / (to - from) / parts;
        y[i] += (work.others.until(to) - work.others.until(from)) / (to - from) / parts;
      }
    }
    double xx = covariance(x, x);
    double yy = covariance(y, y);
    double xy = covariance(x, y);
    double xp = covariance(x, powers.watts);
    double yp = covariance(y, powers.watts);
    double pp = covariance(powers.watts, powers.watts);
    double determinant = xx * yy - xy * xy;
    double explained =
        determinant > 1e-9 * xx * yy
            ? (yy * xp * xp - 2 * xy * xp * yp + xx * yp * yp) / determinant
            : Math.max(xx > 0 ? xp * xp / xx : 0, yy > 0 ? yp * yp / yy : 0);
    return pp > 0 ? Math.max(1e-6, 1 - explained / pp) : 1;
  }

  private static double covariance(double[] a, double[] b) {
    double sumA = 0;
    double sumB = 0;
    double product = 0;
    for (int i = 0; i < a.length; i++) {
      sumA += a[i];
      sumB += b[i];
      product += a[i] * b[i];
    }
    return product / a.length - sumA / a.length * (sumB / a.length);
  }
}
