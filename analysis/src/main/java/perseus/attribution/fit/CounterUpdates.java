package perseus.attribution.fit;

import java.util.Arrays;
import java.util.List;
import perseus.attribution.sensor.Sensor;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Segment;

/**
 * Selects the updates of the energy counter of one rank at one frequency, and computes one row of
 * the least-squares problem from each update.
 *
 * <p>A row of the least-squares problem holds the energy of one counter update. A column of {@link
 * PowerColumns} stands for blocking (waiting) or for one part of a kind of instruction. For each
 * column (blocking or one instruction part), a row holds how many seconds of the update belong to
 * this column. For an update from time s to time t, a sensor that lags by L and averages over the
 * fraction a of the update reports the mean power from t - L - a (t - s) to t - L. Row i of the
 * least-squares problem has two kinds of values, x_ic and y_i:
 *
 * <ul>
 *   <li>x_ic: the seconds of the averaged interval that belong to column c (blocking or one
 *       instruction part), divided by the averaged fraction a of the update. In each row, the
 *       values x_ic of all columns add up to the duration of the counter update.
 *   <li>y_i: the joules by which the counter rose in update i.
 * </ul>
 *
 * <p>Complexity: O(updates + instructions). Updates and instructions are both in order of time, so
 * one pass over both computes all rows.
 */
public final class CounterUpdates {
  private final List<Segment> segments;
  private final int[] segmentOf;
  private final double[] starts;
  private final double[] ends;
  private final double[] joules;
  private final int size;

  /** Receives the rows of the least-squares problem, one row in each call. */
  @FunctionalInterface
  public interface Row {
    /**
     * Receives the row of one counter update.
     *
     * @param i index of the counter update, from 0
     * @param seconds for each column (blocking or one instruction part), how many seconds of the
     *     update belong to it. The next call reuses the array.
     * @param joules joules by which the counter rose in the update
     */
    void accept(int i, double[] seconds, double joules);
  }

  private CounterUpdates(
      List<Segment> segments,
      int[] segmentOf,
      double[] starts,
      double[] ends,
      double[] joules,
      int size) {
    this.segments = segments;
    this.segmentOf = segmentOf;
    this.starts = starts;
    this.ends = ends;
    this.joules = joules;
    this.size = size;
  }

  /**
   * Selects the counter updates whose energy was all used inside {@code segments}, whichever lag
   * from {@code minLagSeconds} to {@code maxLagSeconds} the sensor has.
   */
  public static CounterUpdates of(
      List<Segment> segments, double minLagSeconds, double maxLagSeconds) {
    return of(segments, minLagSeconds, maxLagSeconds, Integer.MAX_VALUE);
  }

  /**
   * Selects the first {@code limit} counter updates whose energy was all used inside {@code
   * segments}, whichever lag from {@code minLagSeconds} to {@code maxLagSeconds} the sensor has.
   *
   * @param segments time spans of one rank at one frequency
   * @param minLagSeconds smallest possible lag of the sensor in seconds
   * @param maxLagSeconds largest possible lag of the sensor in seconds
   * @param limit maximum number of selected updates
   */
  public static CounterUpdates of(
      List<Segment> segments, double minLagSeconds, double maxLagSeconds, int limit) {
    int[] segmentOf = new int[0];
    double[] starts = new double[0];
    double[] ends = new double[0];
    double[] joules = new double[0];
    int n = 0;
    for (int s = 0; s < segments.size() && n < limit; s++) {
      EnergyLog log = segments.get(s).energy();
      int first = Math.max(1, firstFrom(log, segments.get(s).start() + maxLagSeconds) + 1);
      int end = firstFrom(log, Math.nextUp(segments.get(s).end() + minLagSeconds));
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
    return new CounterUpdates(segments, segmentOf, starts, ends, joules, n);
  }

  /** Returns the index of the first counter reading at {@code time} or later. */
  private static int firstFrom(EnergyLog log, double time) {
    int i = Arrays.binarySearch(log.times(), time);
    return i < 0 ? -i - 1 : i;
  }

  /** Returns the number of selected counter updates. */
  public int size() {
    return size;
  }

  /**
   * Returns the Unix time in seconds of the reading before update {@code i}. The lag of the sensor
   * is not subtracted from the time of the reading.
   */
  double start(int i) {
    return starts[i];
  }

  /**
   * Returns the Unix time in seconds of the reading after update {@code i}. The lag of the sensor
   * is not subtracted from the time of the reading.
   */
  double end(int i) {
    return ends[i];
  }

  /** Returns the first {@code limit} of the selected counter updates, or all if there are fewer. */
  CounterUpdates first(int limit) {
    return limit >= size
        ? this
        : new CounterUpdates(segments, segmentOf, starts, ends, joules, limit);
  }

  /**
   * Computes the rows of the least-squares problem, whitens them, and passes each whitened row to
   * {@code row.accept}, in order of time. Whitening is a linear transformation after which the
   * errors of different rows are independent.
   *
   * <p>Let r be the fraction of an update's error that the next update contains with the opposite
   * sign. Then update i has the error e_i - r e_(i-1), where all e_i are independent. The
   * innovation u_i of update i is its measured row x_i plus a multiple of the innovation of the
   * update before it:
   *
   * <pre>
   *   u_i = x_i + r / v_(i-1) u_(i-1)     with     v_i = 1 + r^2 - r^2 / v_(i-1).
   * </pre>
   *
   * <p>The errors of different innovations u_i are independent, and the variance of the error of
   * u_i is proportional to v_i. So the whitened row of update i is its innovation u_i divided by
   * sqrt(v_i). If no error is reversed (r = 0), the measured rows are passed without a change.
   * Source: the innovations algorithm in Brockwell and Davis, Time Series - Theory and Methods,
   * section 5.2.
   */
  public void forEachWhitenedRow(PowerColumns columns, Sensor sensor, Row row) {
    double reversed = sensor.reversedErrorShare();
    if (reversed == 0) {
      forEachMeasuredRow(columns, sensor, row);
      return;
    }
    // The array last holds three things for the latest update i: the innovation of each column, the
    // innovation of the joules, and the relative variance v_i.
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

  /**
   * Computes the measured rows of the least-squares problem, which are not whitened, and passes
   * each row to {@code row.accept}, in order of time.
   */
  void forEachMeasuredRow(PowerColumns columns, Sensor sensor, Row row) {
    double[] seconds = new double[columns.size()];
    int current = -1;
    int next = 0;
    int last = 0;
    int[] columnKind = null;
    int[] kinds = null;
    double[] instructionStarts = null;
    double[] instructionEnds = null;
    for (int i = 0; i < size; i++) {
      if (segmentOf[i] != current) {
        current = segmentOf[i];
        InstructionLog log = segments.get(current).instructions();
        if (log.kind() != kinds) {
          columnKind = columns.indicesOf(log.kinds());
          kinds = log.kind();
          instructionStarts = log.start();
          instructionEnds = log.end();
        }
        next = segments.get(current).from();
        last = segments.get(current).to();
      }
      double b = ends[i] - sensor.lagSeconds();
      double whole = ends[i] - starts[i];
      double a = b - whole * sensor.share();
      Arrays.fill(seconds, 0);
      while (next < last && instructionEnds[next] <= a) {
        next++;
      }
      double busy = 0;
      for (int r = next; r < last && instructionStarts[r] < b; r++) {
        double start = instructionStarts[r];
        double end = instructionEnds[r];
        double overlap = Math.min(b, end) - Math.max(a, start);
        if (overlap > 0) {
          busy += overlap;
          addOverlap(columns, columnKind[kinds[r]], start, end, a, b, overlap, seconds);
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

  /**
   * Computes for how long each part of one instruction overlaps an interval, and adds these times
   * to the columns of the parts.
   *
   * @param kind index of the instruction's kind in {@code columns}
   * @param start start of the instruction, as Unix time in seconds
   * @param end end of the instruction, as Unix time in seconds
   * @param a start of the interval, as Unix time in seconds
   * @param b end of the interval, as Unix time in seconds
   * @param overlap time in seconds for which the whole instruction overlaps the interval
   * @param seconds seconds of each column; this method adds the overlaps to the elements of this
   *     array
   */
  private static void addOverlap(
      PowerColumns columns,
      int kind,
      double start,
      double end,
      double a,
      double b,
      double overlap,
      double[] seconds) {
    int first = columns.firstColumn(kind);
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
