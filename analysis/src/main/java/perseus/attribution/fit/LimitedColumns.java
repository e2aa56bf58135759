package perseus.attribution.fit;

import java.util.Arrays;
import java.util.stream.IntStream;
import perseus.attribution.sensor.Sensor;

/**
 * Finds the parts of instructions whose power the GPU's power limit lowers ({@link Budget}).
 *
 * <p>Method: the parts with the largest powers are taken as limited, for a few thresholds. Then
 * parts whose power without a limit is not above the power at the limit are left out, other parts
 * that are above it are added, and the powers are fitted again, until nothing changes. Among the
 * fits in which all limited parts are above the limit, and a fit without limited parts, the one
 * that predicts held-out readings best is chosen. All have the same number of unknown powers,
 * because the power at the limit is known.
 *
 * <p>Complexity: at most 13 fits of O(readings + instructions) rows.
 */
final class LimitedColumns {
  /** A smaller difference of -2 times the log likelihood of held-out readings may be chance. */
  private static final double UNCLEAR = 14;

  /** Smallest powers of limited parts in the first round, as shares of the power at the limit. */
  private static final double[] THRESHOLDS = {1.05, 0.95, 0.85};

  private static final int ROUNDS = 4;
  private static final int FOLDS = 5;

  private final WeightedReadings readings;
  private final Sensor sensor;
  private final PowerColumns plain;
  private final double limitWatts;
  private final Fit plainFit;
  private PowerColumns limited;
  private double limitedMisfit = Double.POSITIVE_INFINITY;

  private LimitedColumns(
      WeightedReadings readings, Sensor sensor, PowerColumns plain, double limitWatts) {
    this.readings = readings;
    this.sensor = sensor;
    this.plain = plain;
    this.limitWatts = limitWatts;
    plainFit = fit(plain);
  }

  /**
   * Finds the limited parts of {@code plain} that explain the readings best.
   *
   * @param limitWatts power at the limit, in watts
   */
  static LimitedColumns of(
      WeightedReadings readings, Sensor sensor, PowerColumns plain, double limitWatts) {
    LimitedColumns search = new LimitedColumns(readings, sensor, plain, limitWatts);
    for (double threshold : THRESHOLDS) {
      search.settle(search.above(search.plainFit, threshold * limitWatts));
    }
    return search;
  }

  /** Returns the columns with the limited parts; those without one if no part is limited. */
  PowerColumns best() {
    return limitedMisfit < plainFit.misfit ? limited : plain;
  }

  /**
   * Returns the columns with limited parts if {@link #best} has none, or those without one if it
   * has some, if the readings do not tell clearly which of the two is right; null if they do, or if
   * no part can be limited.
   */
  PowerColumns alternative() {
    boolean isClear = Math.abs(limitedMisfit - plainFit.misfit) > UNCLEAR;
    return isClear ? null : best() == plain ? limited : plain;
  }

  /**
   * Powers that are fitted with some limited columns, or none.
   *
   * @param watts power of each column in watts
   * @param misfit -2 times the log likelihood of held-out readings
   */
  private record Fit(double[] watts, double misfit) {}

  private void settle(boolean[] start) {
    boolean[] chosen = start;
    for (int round = 0; round < ROUNDS && count(chosen) > 0; round++) {
      PowerColumns columns = plain.withLimited(chosen, limitWatts);
      Fit fit = fit(columns);
      boolean[] above = above(fit, limitWatts);
      if (contains(above, chosen) && fit.misfit < limitedMisfit) {
        limited = columns;
        limitedMisfit = fit.misfit;
      }
      if (Arrays.equals(above, chosen)) {
        return;
      }
      chosen = above;
    }
  }

  private Fit fit(PowerColumns columns) {
    NormalEquations[] folds = readings.foldSums(columns, sensor, FOLDS);
    NormalEquations sums = CrossValidation.total(folds);
    double squares = CrossValidation.heldOutSquares(folds, sums, columns);
    return new Fit(
        new PowerSolver(columns).solve(sums).watts(),
        sums.rows() * Math.log(squares / sums.rows()));
  }

  /** Returns for each column whether it belongs to an instruction and is above a power in watts. */
  private boolean[] above(Fit fit, double watts) {
    boolean[] above = new boolean[plain.size()];
    for (int c : plain.instructions()) {
      above[c] = fit.watts[c] > watts;
    }
    return above;
  }

  private static boolean contains(boolean[] all, boolean[] some) {
    return IntStream.range(0, some.length).allMatch(c -> all[c] || !some[c]);
  }

  private static long count(boolean[] columns) {
    return IntStream.range(0, columns.length).filter(c -> columns[c]).count();
  }
}
