package perseus.attribution.fit;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.Sensor;
import perseus.attribution.sensor.TimeBlur;
import perseus.numeric.Sorted;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.Segment;

/**
 * Selects the power samples of one rank at one frequency, and computes one least-squares row from
 * each sample.
 *
 * <p>A power sample of P watts becomes a row with the energy P d joules, where d is the median
 * sampling period in seconds. The times in the row of a power sample add up to the median sampling
 * period. Rows of power samples and rows of an energy counter have the same units.
 *
 * <p>Complexity: O(samples + instructions) time, multiplied by the number of unknown powers if the
 * sensor smooths power.
 */
public final class SampleReadings implements Readings {
  /**
   * Minimum time in seconds over which the model averages the power of a sample. Without this
   * average, a tiny change of the lag could move a sample to the next instruction.
   */
  private static final double MIN_AVERAGE_SECONDS = 1e-3;

  private final List<Segment> segments;
  private final int[] segmentOf;
  private final double[] times;
  private final double[] watts;
  private final double periodSeconds;
  private final Kept kept;

  private SampleReadings(
      List<Segment> segments,
      int[] segmentOf,
      double[] times,
      double[] watts,
      double periodSeconds,
      Kept kept) {
    this.segments = segments;
    this.segmentOf = segmentOf;
    this.times = times;
    this.watts = watts;
    this.periodSeconds = periodSeconds;
    this.kept = kept;
  }

  /**
   * Selects the power samples that depend only on power inside {@code segments}. The selection is
   * valid for each lag in the given range.
   *
   * @param segments time spans of one rank at one frequency
   * @param minLagSeconds smallest possible lag in seconds
   * @param maxLagSeconds largest possible lag plus the time over which the sensor smooths, in
   *     seconds
   * @param limit maximum number of selected power samples
   */
  public static SampleReadings of(
      List<Segment> segments, double minLagSeconds, double maxLagSeconds, int limit) {
    int[] segmentOf = new int[0];
    double[] times = new double[0];
    double[] watts = new double[0];
    double period = Double.NaN;
    int n = 0;
    for (int s = 0; s < segments.size() && n < limit; s++) {
      PowerSamples samples = segments.get(s).samples();
      if (samples.isEmpty()) {
        continue;
      }
      period = samples.periodSeconds();
      Segment segment = segments.get(s);
      TimeBlur blur = TimeBlur.ofSamples(segment);
      int first =
          Sorted.firstFrom(samples.times(), segment.start() + maxLagSeconds + blur.reachBefore());
      double latest = segment.end() + minLagSeconds - blur.reachAfter();
      int end = Sorted.firstFrom(samples.times(), Math.nextUp(latest));
      int count = (int) Math.min(Math.max(0, end - first), (long) limit - n);
      segmentOf = Arrays.copyOf(segmentOf, n + count);
      times = Arrays.copyOf(times, n + count);
      watts = Arrays.copyOf(watts, n + count);
      Arrays.fill(segmentOf, n, n + count, s);
      System.arraycopy(samples.times(), first, times, n, count);
      System.arraycopy(samples.watts(), first, watts, n, count);
      n += count;
    }
    return new SampleReadings(segments, segmentOf, times, watts, period, null);
  }

  /**
   * Selects the power samples that depend only on power inside the time spans {@code segments}, and
   * keeps their rows.
   */
  static SampleReadings of(List<Segment> segments, Sensor sensor) {
    double lag = sensor.samples().lagSeconds();
    return of(
            segments,
            lag - CounterUpdates.LAG_MARGIN_SECONDS,
            lag + CounterUpdates.LAG_MARGIN_SECONDS + sensor.samples().memorySeconds(),
            Integer.MAX_VALUE)
        .withKeptRows();
  }

  /**
   * Selects the power samples whose recorded times are doubtful, inside the time spans {@code
   * segments}.
   */
  static SampleReadings doubtful(List<Segment> segments, Sensor sensor) {
    List<Segment> with =
        segments.stream()
            .map(
                segment -> {
                  PowerSamples doubtful = segment.samples().doubtful();
                  return segment.with(
                      segment.energy(), doubtful == null ? PowerSamples.NONE : doubtful);
                })
            .toList();
    return of(with, sensor);
  }

  @Override
  public int size() {
    return times.length;
  }

  @Override
  public double end(int i) {
    return times[i];
  }

  @Override
  public SampleReadings slice(int from, int to) {
    int end = Math.min(to, times.length);
    int begin = Math.min(from, end);
    return new SampleReadings(
        segments,
        Arrays.copyOfRange(segmentOf, begin, end),
        Arrays.copyOfRange(times, begin, end),
        Arrays.copyOfRange(watts, begin, end),
        periodSeconds,
        begin == 0 ? kept : null);
  }

  private SampleReadings withKeptRows() {
    return new SampleReadings(segments, segmentOf, times, watts, periodSeconds, new Kept());
  }

  @Override
  public void forEachMeasuredRow(PowerColumns columns, Sensor sensor, Row row) {
    Kernel kernel = sensor.samples();
    Consumer<Row> compute = computed -> forEachComputedRow(columns, kernel, computed);
    Kept.forEachRow(kept, size(), columns, kernel, i -> watts[i] * periodSeconds, compute, row);
  }

  private void forEachComputedRow(PowerColumns columns, Kernel kernel, Row row) {
    boolean isBlurred = segments.stream().anyMatch(one -> !TimeBlur.ofSamples(one).isNone());
    boolean averages = isBlurred || kernel.averageSeconds() > 0 || kernel.lowPassSeconds() == 0;
    double own = Math.max(kernel.averageSeconds(), MIN_AVERAGE_SECONDS);
    TimeBlur blur = TimeBlur.NONE;
    SmoothedTimes later = new SmoothedTimes(columns, kernel.lowPassSeconds(), false);
    SmoothedTimes earlier =
        averages ? new SmoothedTimes(columns, kernel.lowPassSeconds(), false) : null;
    double[] seconds = new double[columns.size()];
    int current = -1;
    for (int i = 0; i < times.length; i++) {
      boolean isFirst = segmentOf[i] != current;
      current = segmentOf[i];
      blur = isFirst ? TimeBlur.ofSamples(segments.get(current)) : blur;
      double width = blur.widened(own);
      double t = times[i] - kernel.lagSeconds() + blur.shift(own);
      if (isFirst) {
        later.start(segments.get(current), t - width);
      }
      if (isFirst && averages) {
        earlier.start(segments.get(current), t - width);
      }
      Arrays.fill(seconds, 0);
      later.moveTo(t);
      if (averages) {
        earlier.moveTo(t - width);
        later.addTime(periodSeconds / width, seconds);
        earlier.addTime(-periodSeconds / width, seconds);
      } else {
        later.addSmoothed(periodSeconds, seconds);
      }
      row.accept(i, seconds, watts[i] * periodSeconds);
    }
  }

  /**
   * Calls {@code reading} with the measured and the fitted power of each power sample.
   *
   * @param fittedWatts fitted value of each unknown power in watts
   */
  void forEachFitted(PowerColumns columns, Sensor sensor, double[] fittedWatts, Fitted reading) {
    double lag = sensor.samples().lagSeconds();
    forEachMeasuredRow(
        columns,
        sensor,
        (i, x, y) -> {
          double fitted = NormalEquations.dot(x, fittedWatts) / periodSeconds;
          double end = times[i] - lag;
          reading.accept(end - periodSeconds, end, watts[i], fitted);
        });
  }

  /** Passes the measured rows, because the errors of power samples are treated as independent. */
  @Override
  public void forEachWhitenedRow(PowerColumns columns, Sensor sensor, Row row) {
    forEachMeasuredRow(columns, sensor, row);
  }
}
