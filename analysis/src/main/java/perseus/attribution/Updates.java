package perseus.attribution;

import java.util.Arrays;
import java.util.List;
import perseus.recording.EnergyLog;
import perseus.recording.InstructionLog;
import perseus.recording.Segment;

/**
 * The counter's updates that fall into a window, and how long each kind of instruction ran during
 * each: the rows of the least-squares problem. One sweep over updates and instructions, both in
 * order of time, makes all rows: O(updates + instructions).
 */
final class Updates {
  private final List<Segment> segments;
  private final int[] segment;
  private final double[] from;
  private final double[] to;
  private final double[] joules;
  private final int size;

  /** Receives one row. */
  @FunctionalInterface
  interface Row {
    /**
     * @param i number of the update
     * @param seconds seconds that each column ran during it; valid until the call returns
     * @param joules what the counter rose by
     */
    void accept(int i, double[] seconds, double joules);
  }

  private Updates(
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
  static Updates of(List<Segment> segments, double least, double most) {
    int capacity = segments.stream().mapToInt(s -> s.energy().size()).max().orElse(0);
    int[] segment = new int[capacity];
    double[] from = new double[capacity];
    double[] to = new double[capacity];
    double[] joules = new double[capacity];
    int n = 0;
    for (int s = 0; s < segments.size(); s++) {
      EnergyLog log = segments.get(s).energy();
      double earliest = segments.get(s).start() + most;
      double latest = segments.get(s).end() + least;
      int i = Arrays.binarySearch(log.times(), earliest);
      for (i = i < 0 ? -i : i + 1; i < log.size() && log.times()[i] <= latest; i++) {
        if (log.usable()[i]) {
          if (n == joules.length) {
            int longer = 2 * n + 16;
            segment = Arrays.copyOf(segment, longer);
            from = Arrays.copyOf(from, longer);
            to = Arrays.copyOf(to, longer);
            joules = Arrays.copyOf(joules, longer);
          }
          segment[n] = s;
          from[n] = log.times()[i - 1];
          to[n] = log.times()[i];
          joules[n] = log.energies()[i] - log.energies()[i - 1];
          n++;
        }
      }
    }
    return new Updates(
        segments,
        Arrays.copyOf(segment, n),
        Arrays.copyOf(from, n),
        Arrays.copyOf(to, n),
        Arrays.copyOf(joules, n),
        n);
  }

  int size() {
    return size;
  }

  /** The first {@code limit} updates at most. */
  Updates first(int limit) {
    return limit >= size ? this : new Updates(segments, segment, from, to, joules, limit);
  }

  /** Hands every row to {@code row}, in order of time. */
  void forEachRow(Columns columns, Sensor sensor, Row row) {
    double[] seconds = new double[columns.size()];
    int current = -1;
    int next = 0;
    int last = 0;
    int[] kindOf = null;
    InstructionLog log = null;
    for (int i = 0; i < size; i++) {
      if (segment[i] != current) {
        current = segment[i];
        log = segments.get(current).instructions();
        kindOf = columns.positions(log.kinds());
        next = segments.get(current).from();
        last = segments.get(current).to();
      }
      double b = to[i] - sensor.lagSeconds();
      double whole = to[i] - from[i];
      double a = b - whole * sensor.share();
      Arrays.fill(seconds, 0);
      while (next < last && log.end()[next] <= a) {
        next++;
      }
      double busy = 0;
      for (int r = next; r < last && log.start()[r] < b; r++) {
        double start = log.start()[r];
        double end = log.end()[r];
        double overlap = Math.min(b, end) - Math.max(a, start);
        if (overlap > 0) {
          busy += overlap;
          add(columns, kindOf[log.kind()[r]], start, end, a, b, overlap, seconds);
        }
      }
      seconds[Columns.BLOCKING] = b - a - busy;
      if (sensor.share() < 1) {
        for (int c = 0; c < seconds.length; c++) {
          seconds[c] /= sensor.share();
        }
      }
      row.accept(i, seconds, joules[i]);
    }
  }

  private static void add(
      Columns columns,
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
    for (int part = 0; part < parts; part++) {
      double partStart = start + part * length;
      double partOverlap = Math.min(b, partStart + length) - Math.max(a, partStart);
      if (partOverlap > 0) {
        seconds[first + part] += partOverlap;
      }
    }
  }
}
