package perseus.attribution.fit;

import java.util.Arrays;
import perseus.attribution.sensor.Budget;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Computes how a mean instance of an instruction divides its duration between the unknown powers.
 * If the power limit lowers the power of an instruction, part of its time belongs to the power at
 * the limit ({@link Budget}).
 *
 * <p>Complexity: O(N) time for N time sections of instructions if the power limit lowers a power,
 * else O(1).
 */
final class MeanTimes {
  private final PowerColumns columns;

  /**
   * Time in seconds that a mean instance spends at each power above the power limit; null if the
   * limit lowers no power.
   */
  private final double[] budgetSeconds;

  private MeanTimes(PowerColumns columns, double[] budgetSeconds) {
    this.columns = columns;
    this.budgetSeconds = budgetSeconds;
  }

  static MeanTimes of(Window window, PowerColumns columns) {
    return new MeanTimes(columns, columns.limit() < 0 ? null : budgetSeconds(window, columns));
  }

  /**
   * Returns the seconds that a mean instance of an instruction spends at each unknown power. The
   * inner product of the returned seconds and the powers is the energy of the instance in joules.
   *
   * @param kind index of the instruction in {@link PowerColumns#kinds}
   * @param meanSeconds mean duration of the instruction in seconds
   */
  double[] instance(int kind, double meanSeconds) {
    double[] seconds = new double[columns.size()];
    for (int part = 0; part < columns.parts(kind); part++) {
      int column = columns.firstColumn(kind) + part;
      seconds[column] = meanSeconds / columns.parts(kind);
      if (columns.isLimited(column)) {
        seconds[columns.limit()] += seconds[column] - budgetSeconds[column];
        seconds[column] = budgetSeconds[column];
      }
    }
    return seconds;
  }

  /** Returns the weight of each unknown power in the mean power of an instruction. */
  double[] power(int kind, double meanSeconds) {
    return Arrays.stream(instance(kind, meanSeconds)).map(time -> time / meanSeconds).toArray();
  }

  private static double[] budgetSeconds(Window window, PowerColumns columns) {
    double[] sums = new double[columns.size()];
    long[] counts = new long[columns.size()];
    Budget budget = new Budget();
    for (Segment segment : window.segments()) {
      InstructionLog log = segment.instructions();
      int[] kinds = columns.indicesOf(log.kinds());
      budget.start();
      double now = segment.start();
      for (int i = segment.from(); i < segment.to(); i++) {
        int kind = kinds[log.kind()[i]];
        if (kind < 0) {
          continue;
        }
        double start = Math.max(now, log.start()[i]);
        double end = Math.max(start, log.end()[i]);
        budget.save(start - now);
        now = end;
        for (int part = 0; part < columns.parts(kind); part++) {
          int column = columns.firstColumn(kind) + part;
          double seconds = (end - start) / columns.parts(kind);
          counts[column]++;
          if (columns.isLimited(column)) {
            sums[column] += budget.spend(seconds);
          } else {
            budget.save(seconds);
          }
        }
      }
    }
    for (int column = 0; column < sums.length; column++) {
      sums[column] /= Math.max(1, counts[column]);
    }
    return sums;
  }
}
