package perseus.attribution.fit;

import java.util.Arrays;
import java.util.List;
import perseus.attribution.sensor.Sensor;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Segment;

/**
 * The counter's updates that fall into a window, and how long each kind of instruction ran during
 * each: the rows of the least-squares problem. One sweep over updates and instructions, both in
 * order of time, makes all rows: O(updates + instructions).
 */
public final class CounterUpdates {
  private final List<Segment> segments;
  private final int[] segment;
  private final double[] from;
  private final double[] to;
  private final double[] joules;
  private final int size;

  /** Receives one row. */
  @FunctionalInterface
  public interface Row {
    /**
     * @param i number of the update
     * @param seconds seconds that each column ran during it; valid until the call returns
     * @param joules what the counter rose by
     */
    void accept(int i, double[] seconds, double joules);
  }

  private CounterUpdates(
      List<Segment> segments,
      int[] segment,
      double[] from,
      double[] to,
      double[] joules,
      int size) {
    this.segments = segments;
    this.segment = segment;
    this.from = from;
    this.to = to;
    this.joules = joules;
    this.size = size;
  }

  /**
   * Updates that report nothing but time inside {@code segments}, whatever the lag between {@code
   * least} and {@code most} seconds.
   */
  public static CounterUpdates of(List<Segment> segments, double least, double most) {
    return of(segments, least, most, Integer.MAX_VALUE);
  }

  /** The first {@code limit} of them at most. */
  public static CounterUpdates of(List<Segment> segments, double least, double most, int limit) {
    int[] segment = new int[0];
    double[] from = new double[0];
    double[] to = new double[0];
    double[] joules = new double[0];
    int n = 0;
    for (int s = 0; s < segments.size() && n < limit; s++) {
      EnergyLog log = segments.get(s).energy();
      int first = Math.max(1, firstFrom(log, segments.get(s).start() + most) + 1);
      int end = firstFrom(log, Math.nextUp(segments.get(s).end() + least));
      int longest = n + (int) Math.min(Math.max(0, end - first), (long) limit - n);
      segment = Arrays.copyOf(segment, longest);
      from = Arrays.copyOf(from, longest);
      to = Arrays.copyOf(to, longest);
      joules = Arrays.copyOf(joules, longest);
      for (int i = first; i < end && n < limit; i++) {
        if (log.usable()[i]) {
          segment[n] = s;
          from[n] = log.times()[i - 1];
          to[n] = log.times()[i];
          joules[n] = log.energies()[i] - log.energies()[i - 1];
          n++;
        }
      }
    }
    return new CounterUpdates(segments, segment, from, to, joules, n);
  }

  /** The first reading at {@code time} or later. */
  private static int firstFrom(EnergyLog log, double time) {
    int i = Arrays.binarySearch(log.times(), time);
    return i < 0 ? -i - 1 : i;
  }

  public int size() {
    return size;
  }

  /** When update {@code i} began, by the log's clock: the time of the reading before. */
  double start(int i) {
    return from[i];
  }

  double end(int i) {
    return to[i];
  }

  /** The first {@code limit} updates at most. */
  CounterUpdates first(int limit) {
    return limit >= size ? this : new CounterUpdates(segments, segment, from, to, joules, limit);
  }

  /**
   * Hands every row to {@code row}, in order of time, freed of what the errors of neighbouring rows
   * have in common. With errors e_i - t e_(i-1), where t is what the sensor takes back, the
   * innovations u_i = x_i + t / v_(i-1) u_(i-1) err independently with variances v_i = 1 + t^2 -
   * t^2 / v_(i-1), and rows are u_i / sqrt(v_i) (Brockwell and Davis, Time Series, 5.2).
   */
  public void forEachRow(PowerColumns columns, Sensor sensor, Row row) {
    double t = sensor.takeBack();
    if (t == 0) {
      forEachRawRow(columns, sensor, row);
      return;
    }
    // Innovations of the columns, then of the joules; then their variance.
    double[] last = new double[columns.size() + 2];
    double[] scaled = new double[columns.size()];
    int rise = columns.size();
    forEachRawRow(
        columns,
        sensor,
        (i, seconds, measured) -> {
          boolean follows = i > 0 && segment[i] == segment[i - 1] && from[i] == to[i - 1];
          double carry = follows ? t / last[rise + 1] : 0;
          double variance = 1 + t * t - t * carry;
          double scale = 1 / Math.sqrt(variance);
          for (int c = 0; c < rise; c++) {
            last[c] = seconds[c] + carry * last[c];
            scaled[c] = scale * last[c];
          }
          last[rise] = measured + carry * last[rise];
          last[rise + 1] = variance;
          row.accept(i, scaled, scale * last[rise]);
        });
  }

  /** Hands every row to {@code row} as it was measured. */
  void forEachRawRow(PowerColumns columns, Sensor sensor, Row row) {
    double[] seconds = new double[columns.size()];
    int current = -1;
    int next = 0;
    int last = 0;
    int[] columnKind = null;
    int[] kinds = null;
    double[] starts = null;
    double[] ends = null;
    for (int i = 0; i < size; i++) {
      if (segment[i] != current) {
        current = segment[i];
        InstructionLog log = segments.get(current).instructions();
        if (log.kind() != kinds) {
          columnKind = columns.positions(log.kinds());
          kinds = log.kind();
          starts = log.start();
          ends = log.end();
        }
        next = segments.get(current).from();
        last = segments.get(current).to();
      }
      double b = to[i] - sensor.lagSeconds();
      double whole = to[i] - from[i];
      double a = b - whole * sensor.share();
      Arrays.fill(seconds, 0);
      while (next < last && ends[next] <= a) {
        next++;
      }
      double busy = 0;
      for (int r = next; r < last && starts[r] < b; r++) {
        double start = starts[r];
        double end = ends[r];
        double overlap = Math.min(b, end) - Math.max(a, start);
        if (overlap > 0) {
          busy += overlap;
          add(columns, columnKind[kinds[r]], start, end, a, b, overlap, seconds);
        }
      }
      seconds[PowerColumns.BLOCKING] = b - a - busy;
      if (sensor.share() < 1) {
        for (int c = 0; c < seconds.length; c++) {
          seconds[c] /= sensor.share();
        }
      }
      row.accept(i, seconds, joules[i]);
    }
  }

  private static void add(
      PowerColumns columns,
      int kind,
      double start,
      double end,
      double a,
      double b,
      double overlap,
      double[] seconds) {
    int first = columns.first(kind);
    int parts = columns.parts(kind);
    if (parts == 1) {
      seconds[first] += overlap;
      return;
    }
    double length = (end - start) / parts;
    double upTo = start;
    for (int part = 0; part < parts && upTo < b; part++) {
      double from = upTo;
      upTo += length;
      double partOverlap = Math.min(b, upTo) - Math.max(a, from);
      if (partOverlap > 0) {
        seconds[first + part] += partOverlap;
      }
    }
  }
}
