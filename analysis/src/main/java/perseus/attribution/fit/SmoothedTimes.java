package perseus.attribution.fit;

import java.util.Arrays;
import perseus.attribution.sensor.Budget;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Segment;

/**
 * Computes how a sensor that smooths power divides its readings between the unknown powers. The
 * object moves through consecutive iterations in order of time.
 *
 * <p>The object holds three quantities for each unknown power:
 *
 * <pre>
 *   d_c(u)  1 while unknown power c is active at time u, else 0
 *   C_c(t)  integral of d_c from the start to t (s)
 *   g_c(t)  d_c behind a low-pass with the time constant T:  T dg_c/du = d_c - g_c
 *   D_c(t)  integral of C_c from the start to t (s^2)
 *   integral of g_c           = C_c - T g_c
 *   integral of the integral  = D_c - T C_c + T^2 g_c
 * </pre>
 *
 * <p>Low-passed times and running averages follow from the three quantities without numerical
 * integration. At each time, the GPU draws exactly one of the unknown powers. If the GPU's power
 * limit lowers a power, the {@link Budget} divides the time between the power without the limit and
 * the power at the limit.
 *
 * <p>Complexity: O(N C) time for N time sections of instructions and C unknown powers if the sensor
 * smooths power, else O(N). Times must be requested in ascending order.
 */
final class SmoothedTimes {
  /** Number of time constants after which a low-pass no longer depends on earlier power. */
  private static final double FORGOTTEN = 40;

  /** Minimum time in seconds that is skipped because the low-pass has forgotten it. */
  private static final double MIN_SKIPPED_SECONDS = 2;

  /** Maximum relative difference between two time constants that count as equal. */
  private static final double EQUAL = 1e-6;

  private final PowerColumns columns;
  private final double lowPass;
  private final boolean twice;
  private final double[] time;
  private final double[] smoothed;
  private final double[] integral;
  private final int limit;
  private final Budget budget = new Budget();

  private int[] kindColumns;
  private int[] kinds;
  private double[] starts;
  private double[] ends;
  private int next;
  private int last;

  private double now;
  private int active;
  private double pieceEnd;
  private int part;
  private int parts;
  private double partLength;

  /**
   * @param columns numbering of the unknown powers
   * @param lowPassSeconds time constant of the low-pass in seconds; 0 without a low-pass
   * @param twice whether {@link #addIntegral} is needed
   */
  SmoothedTimes(PowerColumns columns, double lowPassSeconds, boolean twice) {
    this.columns = columns;
    this.lowPass = lowPassSeconds;
    this.twice = twice;
    time = new double[columns.size()];
    smoothed = new double[columns.size()];
    integral = new double[columns.size()];
    limit = columns.limit();
  }

  /**
   * Moves to the start of consecutive iterations. Instructions that are too early to change a
   * reading at the time {@code first} are skipped. Before the start, the GPU is assumed to draw
   * only the blocking power.
   *
   * @param first Unix time in seconds of the first request
   */
  void start(Segment segment, double first) {
    InstructionLog log = segment.instructions();
    if (kinds != log.kind()) {
      kindColumns = columns.indicesOf(log.kinds());
      kinds = log.kind();
      starts = log.start();
      ends = log.end();
    }
    next = segment.from();
    last = segment.to();
    now = segment.start();
    double forgotten = first - FORGOTTEN * lowPass;
    if (limit < 0 && next < last && forgotten - now > MIN_SKIPPED_SECONDS) {
      int found = Arrays.binarySearch(starts, next, last, forgotten);
      next = Math.max(next, found < 0 ? -found - 2 : found);
      now = Math.max(now, starts[next]);
    }
    part = 0;
    parts = 0;
    Arrays.fill(time, 0);
    Arrays.fill(smoothed, 0);
    Arrays.fill(integral, 0);
    smoothed[PowerColumns.BLOCKING] = 1;
    budget.start();
    pieceEnd = now;
  }

  /** Moves to Unix time {@code t} in seconds, unless the current time is later. */
  void moveTo(double t) {
    while (now < t) {
      if (now >= pieceEnd) {
        nextPiece();
      }
      double to = Math.min(t, pieceEnd);
      if (to > now) {
        step(to - now);
        now = to;
      }
    }
  }

  /** Finds the next unknown power, and the time {@code pieceEnd} until which the GPU draws it. */
  private void nextPiece() {
    if (part < parts) {
      part++;
      active++;
      pieceEnd = part == parts ? ends[next - 1] : pieceEnd + partLength;
      return;
    }
    while (next < last && ends[next] <= now) {
      next++;
    }
    if (next >= last || starts[next] > now) {
      active = PowerColumns.BLOCKING;
      pieceEnd = next >= last ? Double.POSITIVE_INFINITY : starts[next];
      return;
    }
    int kind = kindColumns[kinds[next]];
    if (kind < 0) {
      active = PowerColumns.BLOCKING;
      parts = 1;
    } else {
      active = columns.firstColumn(kind);
      parts = columns.parts(kind);
    }
    part = 1;
    partLength = (ends[next] - starts[next]) / parts;
    pieceEnd = parts == 1 ? ends[next] : starts[next] + partLength;
    next++;
  }

  private void step(double seconds) {
    if (twice) {
      for (int c = 0; c < time.length; c++) {
        integral[c] += time[c] * seconds;
      }
      integral[active] += seconds * seconds / 2;
    }
    time[active] += seconds;
    double kept = 0;
    if (lowPass > 0) {
      double ratio = seconds / lowPass;
      kept = ratio > FORGOTTEN ? 0 : Math.exp(-ratio);
      double[] each = smoothed;
      for (int c = 0; c < each.length; c++) {
        each[c] *= kept;
      }
      each[active] += 1 - kept;
    }
    if (limit >= 0) {
      if (columns.isLimited(active)) {
        limit(seconds, kept);
      } else {
        budget.save(seconds);
      }
    }
  }

  /**
   * Moves a part of the last {@code seconds} from the current power to the power at the power limit
   * ({@link Budget}).
   *
   * @param kept fraction of the earlier low-passed values that remains after {@code seconds}
   */
  private void limit(double seconds, double kept) {
    double before = budget.share();
    double spent = budget.spend(seconds);
    move(time, seconds - spent);
    if (twice) {
      move(integral, seconds * seconds / 2 - Budget.SPENT_SECONDS * (before * seconds - spent));
    }
    if (lowPass > 0) {
      double ratio = Budget.SPENT_SECONDS / lowPass;
      double own =
          Math.abs(ratio - 1) < EQUAL
              ? budget.share() * seconds / lowPass
              : ratio / (ratio - 1) * (budget.share() - before * kept);
      move(smoothed, 1 - kept - own);
    }
  }

  private void move(double[] values, double amount) {
    values[active] -= amount;
    values[limit] += amount;
  }

  /**
   * Adds the low-passed fraction of time (0 to 1) at each unknown power, multiplied by {@code
   * factor}, to {@code row}. The sensor must have a low-pass.
   */
  void addSmoothed(double factor, double[] row) {
    for (int c = 0; c < row.length; c++) {
      row[c] += factor * smoothed[c];
    }
  }

  /**
   * Adds the low-passed time at each unknown power, multiplied by {@code factor}, to {@code row}.
   * Without a low-pass, the added time is the plain time in seconds at each power.
   */
  void addTime(double factor, double[] row) {
    for (int c = 0; c < row.length; c++) {
      row[c] += factor * (time[c] - lowPass * smoothed[c]);
    }
  }

  /**
   * Adds the integral over time of the low-passed time at each unknown power, in s^2, multiplied by
   * {@code factor}, to {@code row}.
   */
  void addIntegral(double factor, double[] row) {
    for (int c = 0; c < row.length; c++) {
      row[c] += factor * (integral[c] - lowPass * (time[c] - lowPass * smoothed[c]));
    }
  }
}
