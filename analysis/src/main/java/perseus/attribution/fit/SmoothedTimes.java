package perseus.attribution.fit;

import java.util.Arrays;
import perseus.attribution.sensor.Budget;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Segment;

/**
 * Moves through a segment (consecutive iterations of one rank) in order of time, and computes how
 * long each column was active, as a sensor that smooths power sees it.
 *
 * <p>A column of {@link PowerColumns} stands for blocking (waiting) or for one part of a kind of
 * instruction. At each time exactly one column is active. Let d_c(u) be 1 while column c is active
 * and 0 otherwise. For each column c and the current time t, the object holds three values:
 *
 * <ul>
 *   <li>C_c(t): the integral of d_c from the start of the segment to t, in seconds.
 *   <li>g_c(t): d_c after a low-pass with the time constant T, where T dg_c/du = d_c - g_c.
 *   <li>D_c(t): the integral of C_c from the start of the segment to t, in s^2.
 * </ul>
 *
 * <p>The integral of g_c is C_c - T g_c, because g_c = d_c - T dg_c/du. The integral of that
 * integral is D_c - T C_c + T^2 g_c. So the three values give the low-passed time of a column
 * between any two times, and its running averages, without numerical integration.
 *
 * <p>While a limited part of an instruction is active ({@link Budget}), two columns are active. The
 * column of the part has the value d_c = b, where b is the budget. The column of the power at the
 * limit has the value d_c = 1 - b.
 *
 * <p>Complexity: moving over N parts of instructions with C columns takes O(N C) time if the sensor
 * smooths power, and O(N) time otherwise. Times must be requested in ascending order.
 */
final class SmoothedTimes {
  /** A low-pass has forgotten everything after this number of time constants. */
  private static final double FORGOTTEN = 40;

  /** Time constants whose ratio differs from 1 by less count as equal. */
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
   * @param columns columns of the least-squares problem
   * @param lowPassSeconds time constant T of the low-pass in seconds; 0 if there is none
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

  /** Moves to the start of a segment. The sensor is assumed to have seen only waiting before. */
  void start(Segment segment) {
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
    part = 0;
    parts = 0;
    Arrays.fill(time, 0);
    Arrays.fill(smoothed, 0);
    Arrays.fill(integral, 0);
    smoothed[PowerColumns.BLOCKING] = 1;
    budget.start();
    pieceEnd = now;
  }

  /** Moves to {@code t}; does nothing if {@code t} is not later than the current time. */
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

  /**
   * Finds the column that is active from {@code now} on, and the time {@code pieceEnd} until which
   * it is active.
   */
  private void nextPiece() {
    if (part < parts) {
      // The next part of the current instruction.
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
      for (int c = 0; c < smoothed.length; c++) {
        smoothed[c] *= kept;
      }
      smoothed[active] += 1 - kept;
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
   * Moves the share 1 - b of the last step from the active column, which is limited, to the column
   * of the power at the limit.
   *
   * @param kept share of the smoothed values that the step has kept
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
   * Adds, for each column c, the low-passed value g_c of the current time, multiplied by {@code
   * factor}, to {@code row}. Needs a low-pass.
   */
  void addSmoothed(double factor, double[] row) {
    for (int c = 0; c < row.length; c++) {
      row[c] += factor * smoothed[c];
    }
  }

  /**
   * Adds, for each column c, the integral of g_c up to the current time, multiplied by {@code
   * factor}, to {@code row}. Without a low-pass, this is the time C_c.
   */
  void addTime(double factor, double[] row) {
    for (int c = 0; c < row.length; c++) {
      row[c] += factor * (time[c] - lowPass * smoothed[c]);
    }
  }

  /**
   * Adds, for each column c, the integral of the value of {@link #addTime} up to the current time,
   * multiplied by {@code factor}, to {@code row}.
   */
  void addIntegral(double factor, double[] row) {
    for (int c = 0; c < row.length; c++) {
      row[c] += factor * (integral[c] - lowPass * (time[c] - lowPass * smoothed[c]));
    }
  }
}
