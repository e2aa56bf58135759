package perseus.attribution.fit;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import perseus.attribution.sensor.Budget;
import perseus.attribution.sensor.Sensor;

/**
 * Finds the parts of instructions whose power the GPU's power limit lowers ({@link Budget}).
 *
 * <p>Problem: a limited part has the power p before the limit lowers it, and p is above the power L
 * at the limit. Which parts are limited is unknown.
 *
 * <p>Method: a fit without limited parts gives first powers. The parts whose first power exceeds a
 * threshold are taken as limited, and the powers are fitted again. In the next rounds, exactly the
 * parts with p above L are limited, until nothing changes. This is done for three thresholds. Two
 * kinds of fits are compared: those in which p is above L in all limited parts, and the fit without
 * limited parts. The fit that predicts held-out readings best is chosen. All fits have the same
 * number of unknown powers, because L is known.
 *
 * <p>Complexity: at most 13 fits of O(readings + instructions) rows.
 */
final class LimitedColumns {
  /**
   * A difference between the misfits of two fits may be chance if it is smaller than this. A misfit
   * is -2 times the log likelihood of held-out readings.
   */
  private static final double UNCLEAR = 14;

  /** Thresholds for the powers of limited parts in the first round, as shares of L. */
  private static final double[] THRESHOLDS = {1.05, 0.95, 0.85};

  private static final int ROUNDS = 4;

  private final WeightedReadings readings;
  private final Sensor sensor;
  private final double limitWatts;
  private final Fit plain;

  /** All fits with limited parts; the key is the set of limited columns. */
  private final Map<BitSet, Fit> fits = new HashMap<>();

  /** Best fit with limited parts; null if in no fit p is above L in all limited parts. */
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

  /** Returns the columns of the fit that predicts held-out readings best. */
  PowerColumns best() {
    return isLimited() ? limited.columns : plain.columns;
  }

  /**
   * Returns the other possible columns if the readings do not tell clearly whether parts are
   * limited; null if they do. If {@link #best} has limited parts, the other columns have none, and
   * the reverse.
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
   * A fit with some limited columns, or with none.
   *
   * @param watts power of each column in watts
   * @param misfit misfit of held-out readings ({@link NormalEquations#misfit})
   */
  private record Fit(PowerColumns columns, double[] watts, double misfit) {
    /** Returns the columns of instructions whose fitted power exceeds {@code limit} watts. */
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
    NormalEquations[] folds = readings.foldSums(columns, sensor, WindowFit.FOLDS);
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
