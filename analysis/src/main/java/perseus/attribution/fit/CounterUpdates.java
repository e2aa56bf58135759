package perseus.attribution.fit;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.Sensor;
import perseus.attribution.sensor.TimeBlur;
import perseus.numeric.Sorted;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.Segment;

/**
 * Selects the counter updates of one rank at one frequency, and computes one least-squares row from
 * each update.
 *
 * <p>A least-squares row holds the energy of the counter update in joules, and the seconds at each
 * unknown power ({@link PowerColumns}). The smoothing by the counter ({@link Kernel}) distributes
 * the duration of an update over several powers.
 *
 * <p>Complexity: O(updates + instructions) time, multiplied by the number of unknown powers if the
 * counter smooths power.
 */
public final class CounterUpdates implements Readings {
  /** Tolerance of the lag in seconds when counter updates are selected. */
  static final double LAG_MARGIN_SECONDS = 1e-3;

  private final List<Segment> segments;
  private final int[] segmentOf;
  private final double[] starts;
  private final double[] ends;
  private final double[] joules;
  private final int size;
  private final Kept kept;

  private CounterUpdates(
      List<Segment> segments,
      int[] segmentOf,
      double[] starts,
      double[] ends,
      double[] joules,
      int size,
      Kept kept) {
    this.segments = segments;
    this.segmentOf = segmentOf;
    this.starts = starts;
    this.ends = ends;
    this.joules = joules;
    this.size = size;
    this.kept = kept;
  }

  /**
   * Selects the counter updates that contain only energy used inside {@code segments}. The
   * selection is valid for each lag in the given range, in seconds.
   */
  public static CounterUpdates of(
      List<Segment> segments, double minLagSeconds, double maxLagSeconds) {
    return of(segments, minLagSeconds, maxLagSeconds, Integer.MAX_VALUE);
  }

  /**
   * Selects the counter updates whose energy was used inside {@code segments}; keeps their rows.
   */
  static CounterUpdates of(List<Segment> segments, Sensor sensor) {
    double lag = sensor.lagSeconds();
    return of(
            segments,
            lag - LAG_MARGIN_SECONDS,
            lag + LAG_MARGIN_SECONDS + sensor.counter().memorySeconds())
        .withKeptRows();
  }

  /**
   * Selects the first {@code limit} counter updates that contain only energy used inside {@code
   * segments}. The selection is valid for each lag in the given range.
   *
   * @param segments time spans of one rank at one frequency
   * @param minLagSeconds smallest possible lag of the sensor in seconds
   * @param maxLagSeconds largest possible lag of the sensor in seconds
   * @param limit maximum number of selected counter updates
   */
  public static CounterUpdates of(
      List<Segment> segments, double minLagSeconds, double maxLagSeconds, int limit) {
    int[] segmentOf = new int[0];
    double[] starts = new double[0];
    double[] ends = new double[0];
    double[] joules = new double[0];
    int n = 0;
    for (int s = 0; s < segments.size() && n < limit; s++) {
      Segment segment = segments.get(s);
      EnergyLog log = segment.energy();
      TimeBlur blur = TimeBlur.ofCounter(segment);
      double earliest = segment.start() + maxLagSeconds + blur.reachBefore();
      int first = Math.max(1, Sorted.firstFrom(log.times(), earliest) + 1);
      double latest = segment.end() + minLagSeconds - blur.reachAfter();
      int end = Sorted.firstFrom(log.times(), Math.nextUp(latest));
      int capacity = n + (int) Math.min(Math.max(0, end - first), (long) limit - n);
      segmentOf = Arrays.copyOf(segmentOf, capacity);
      starts = Arrays.copyOf(starts, capacity);
      ends = Arrays.copyOf(ends, capacity);
      joules = Arrays.copyOf(joules, capacity);
      for (int i = first; i < end && n < limit; i++) {
        if (log.usable()[i]) {
          segmentOf[n] = s;
          starts[n] = log.times()[i - 1];
          ends[n] = log.times()[i];
          joules[n] = log.energies()[i] - log.energies()[i - 1];
          n++;
        }
      }
    }
    return new CounterUpdates(segments, segmentOf, starts, ends, joules, n, null);
  }

  /**
   * Returns the energy by which the counter rose during the time spans {@code segments}, in joules.
   * The counter is interpolated at the start and end of each time span, delayed by the mean delay
   * of the sensor.
   */
  static double joules(List<Segment> segments, Sensor sensor) {
    double delay = sensor.counter().meanDelaySeconds();
    double joules = 0;
    for (Segment segment : segments) {
      joules +=
          segment.energy().energyAt(segment.end() + delay)
              - segment.energy().energyAt(segment.start() + delay);
    }
    return joules;
  }

  @Override
  public int size() {
    return size;
  }

  /**
   * Returns the Unix time in seconds of the counter reading before update {@code i}. The returned
   * time of a reading is not corrected for the lag of the sensor.
   */
  double start(int i) {
    return starts[i];
  }

  @Override
  public double end(int i) {
    return ends[i];
  }

  @Override
  public CounterUpdates slice(int from, int to) {
    int end = Math.min(to, size);
    int begin = Math.min(from, end);
    return new CounterUpdates(
        segments,
        Arrays.copyOfRange(segmentOf, begin, end),
        Arrays.copyOfRange(starts, begin, end),
        Arrays.copyOfRange(ends, begin, end),
        Arrays.copyOfRange(joules, begin, end),
        end - begin,
        begin == 0 ? kept : null);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Problem: an error in the time of a reading has opposite effects on two neighbouring counter
   * updates. Method: each row becomes a sum of measured rows whose error is independent of earlier
   * rows:
   *
   * <pre>
   *   u_i = x_i + r / v_(i-1) u_(i-1)     with     v_i = 1 + r^2 - r^2 / v_(i-1)
   *     x_i  measured row of update i; its error is e_i - r e_(i-1) with independent e_i
   *     r    fraction of an error that the next update reverses, in [0, 1)
   *     v_i  relative variance of the error of u_i; the passed row is u_i / sqrt(v_i)
   * </pre>
   *
   * <p>If the errors of neighbouring counter updates are independent, the measured rows are passed
   * unchanged. Source: the innovations algorithm in Brockwell and Davis, Time Series - Theory and
   * Methods, section 5.2.
   */
  @Override
  public void forEachWhitenedRow(PowerColumns columns, Sensor sensor, Row row) {
    double reversed = sensor.reversedErrorShare();
    if (reversed == 0) {
      forEachMeasuredRow(columns, sensor, row);
      return;
    }
    // The array last holds the seconds, the joules and the relative variance of the last row with
    // an independent error.
    double[] last = new double[columns.size() + 2];
    double[] whitened = new double[columns.size()];
    int rise = columns.size();
    forEachMeasuredRow(
        columns,
        sensor,
        (i, seconds, measured) -> {
          boolean follows = i > 0 && segmentOf[i] == segmentOf[i - 1] && starts[i] == ends[i - 1];
          double carry = follows ? reversed / last[rise + 1] : 0;
          double variance = 1 + reversed * reversed - reversed * carry;
          double scale = 1 / Math.sqrt(variance);
          for (int c = 0; c < rise; c++) {
            last[c] = seconds[c] + carry * last[c];
            whitened[c] = scale * last[c];
          }
          last[rise] = measured + carry * last[rise];
          last[rise + 1] = variance;
          row.accept(i, whitened, scale * last[rise]);
        });
  }

  private CounterUpdates withKeptRows() {
    return new CounterUpdates(segments, segmentOf, starts, ends, joules, size, new Kept());
  }

  @Override
  public void forEachMeasuredRow(PowerColumns columns, Sensor sensor, Row row) {
    Consumer<Row> compute = computed -> forEachComputedRow(columns, sensor, computed);
    Object smoothing = List.of(sensor.counter(), sensor.regular());
    Kept.forEachRow(kept, size, columns, smoothing, i -> joules[i], compute, row);
  }

  private void forEachComputedRow(PowerColumns columns, Sensor sensor, Row row) {
    Kernel kernel = sensor.counter();
    double[] seconds = new double[columns.size()];
    double own = kernel.averageSeconds();
    boolean averages =
        own > 0 || segments.stream().anyMatch(one -> !TimeBlur.ofCounter(one).isNone());
    SmoothedTimes times = new SmoothedTimes(columns, kernel.lowPassSeconds(), averages);
    SmoothedTimes before =
        averages ? new SmoothedTimes(columns, kernel.lowPassSeconds(), true) : null;
    TimeBlur blur = TimeBlur.NONE;
    int current = -1;
    for (int i = 0; i < size; i++) {
      Segment segment = segments.get(segmentOf[i]);
      boolean isFirst = segmentOf[i] != current;
      current = segmentOf[i];
      blur = isFirst ? TimeBlur.ofCounter(segment) : blur;
      double width = blur.widened(own);
      double from = starts[i] - kernel.lagSeconds() + blur.shift(own);
      double to = ends[i] - kernel.lagSeconds() + blur.shift(own);
      if (isFirst) {
        times.start(segment, from - width);
      }
      if (isFirst && averages) {
        before.start(segment, from - width);
      }
      Arrays.fill(seconds, 0);
      if (width > 0) {
        times.moveTo(from);
        before.moveTo(from - width);
        times.addIntegral(-1 / width, seconds);
        before.addIntegral(1 / width, seconds);
        times.moveTo(to);
        before.moveTo(to - width);
        times.addIntegral(1 / width, seconds);
        before.addIntegral(-1 / width, seconds);
      } else {
        boolean several = sensor.regular() && kernel.share() < 1;
        int periods = several ? periods(i, segment.energy().periodSeconds()) : 1;
        double period = (to - from) / periods;
        for (int k = 1; k <= periods; k++) {
          double end = k == periods ? to : from + k * period;
          times.moveTo(end - kernel.share() * period);
          times.addTime(-1 / kernel.share(), seconds);
          times.moveTo(end);
          times.addTime(1 / kernel.share(), seconds);
        }
      }
      row.accept(i, seconds, joules[i]);
    }
  }

  /**
   * Calls {@code reading} with the measured and the fitted power of each counter update.
   *
   * @param watts fitted value of each unknown power in watts
   */
  void forEachFitted(PowerColumns columns, Sensor sensor, double[] watts, Fitted reading) {
    double lag = sensor.lagSeconds();
    forEachMeasuredRow(
        columns,
        sensor,
        (i, x, y) -> {
          double seconds = ends[i] - starts[i];
          double fitted = NormalEquations.dot(x, watts) / seconds;
          reading.accept(starts[i] - lag, ends[i] - lag, y / seconds, fitted);
        });
  }

  /** Returns how many periods of the counter passed in update {@code i}, at least 1. */
  private int periods(int i, double periodSeconds) {
    return (int) Math.max(1, Math.rint((ends[i] - starts[i]) / periodSeconds));
  }
}
