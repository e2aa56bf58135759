package perseus.attribution.fit;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
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
  private final double limitWatts;
  private final Fit plain;

  /** Fits with limited parts, each with the columns that are limited. */
  private final Map<BitSet, Fit> fits = new HashMap<>();

  /** Best fit with limited parts; null if no part can be limited. */
  private Fit limited;

  private LimitedColumns(
      WeightedReadings readings, Sensor sensor, PowerColumns plain, double limitWatts) {
    this.readings = readings;
    this.sensor = sensor;
    this.limitWatts = limitWatts;
    this.plain = fit(plain);
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
      search.settle(search.plain.above(threshold * limitWatts));
    }
    return search;
  }

  /** Returns the columns with the limited parts; those without one if no part is limited. */
  PowerColumns best() {
    return isLimited() ? limited.columns : plain.columns;
  }

  /**
   * Returns the columns with limited parts if {@link #best} has none, or those without one if it
   * has some, if the readings do not tell clearly which of the two is right; null if they do, or if
   * no part can be limited.
   */
  PowerColumns alternative() {
    if (limited == null || Math.abs(limited.misfit - plain.misfit) > UNCLEAR) {
      return null;
    }
    return isLimited() ? plain.columns : limited.columns;
  }

  private boolean isLimited() {
    return limited != null && limited.misfit < plain.misfit;
  }

  /**
   * Powers that are fitted with some limited columns, or none.
   *
   * @param watts power of each column in watts
   * @param misfit misfit of held-out readings ({@link NormalEquations#misfit})
   */
  private record Fit(PowerColumns columns, double[] watts, double misfit) {
    /** Returns the columns of instructions whose power is above a power in watts. */
    BitSet above(double limit) {
      BitSet above = new BitSet();
      for (int c : columns.instructions()) {
        above.set(c, watts[c] > limit);
      }
      return above;
    }
  }

  private void settle(BitSet start) {
    BitSet chosen = start;
    for (int round = 0; round < ROUNDS && !chosen.isEmpty(); round++) {
      Fit fit =
          fits.computeIfAbsent(chosen, set -> fit(plain.columns.withLimited(set, limitWatts)));
      BitSet above = fit.above(limitWatts);
      if (contains(above, chosen) && (limited == null || fit.misfit < limited.misfit)) {
        limited = fit;
      }
      if (above.equals(chosen)) {
        return;
      }
      chosen = above;
    }
  }

  private Fit fit(PowerColumns columns) {
    NormalEquations[] folds = readings.foldSums(columns, sensor, FOLDS);
    NormalEquations sums = CrossValidation.total(folds);
    double squares = CrossValidation.heldOutSquares(folds, sums, columns);
    return new Fit(columns, new PowerSolver(columns).solve(sums).watts(), sums.misfit(squares));
  }

  private static boolean contains(BitSet all, BitSet some) {
    BitSet missing = (BitSet) some.clone();
    missing.andNot(all);
    return missing.isEmpty();
  }
}
