package perseus.attribution.fit;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perseus.attribution.sensor.Budget;
import perseus.attribution.sensor.Sensor;

/**
 * Finds the time sections of instructions in which the GPU's power limit lowers the power ({@link
 * Budget}).
 *
 * <p>Problem: find the time sections of instructions whose power without the power limit would
 * exceed the mean power at the limit.
 *
 * <p>Method: a first fit assumes that the power limit lowers no power. For each of three
 * thresholds, a fit assumes that the power limit lowers all powers above the threshold. Each
 * further fit assumes that the power limit lowers exactly the powers above the limit in the
 * previous fit. A fit is valid if each power that the limit lowers is above the limit, but not too
 * high for any GPU. The valid fit that best predicts other readings (cross-validation) is chosen.
 *
 * <p>Complexity: at most 13 fits to O(readings + instructions) rows.
 */
final class LimitedColumns {
  /** Minimum difference between the -2 log likelihoods of two fits that is not taken as chance. */
  private static final double UNCLEAR = 14;

  /**
   * Thresholds above which a power is first assumed to be lowered, as fractions of the mean power
   * at the power limit.
   */
  private static final double[] THRESHOLDS = {1.05, 0.95, 0.85};

  private static final int ROUNDS = 4;

  /**
   * Maximum fitted power of a GPU after a rest, as a multiple of its mean power at the power limit.
   * An H200 with a limit of 700 W drew at most 950 W in all measurements. Fits to long recordings
   * of an H200 give powers of up to 1185 W.
   */
  private static final double MAX_RESTED = 1.8;

  private final WeightedReadings readings;
  private final Sensor sensor;
  private final double limitWatts;
  private final Fit plain;

  /**
   * Completed fits; the key is the set of powers that are assumed to be lowered by the power limit.
   */
  private final Map<BitSet, Fit> fits = new HashMap<>();

  /** Best valid fit in which the power limit lowers powers; null if there is none. */
  private Fit limited;

  /**
   * Best fit in which the power limit lowers powers, but some powers are too high for any GPU; null
   * if there is none.
   */
  private Fit excessive;

  private LimitedColumns(
      WeightedReadings readings, Sensor sensor, PowerColumns plain, double limitWatts) {
    this.readings = readings;
    this.sensor = sensor;
    this.limitWatts = limitWatts;
    this.plain = fit(plain);
  }

  /**
   * Finds the powers that the GPU's power limit lowers.
   *
   * @param limitWatts mean power at the limit, in watts
   */
  static LimitedColumns of(
      WeightedReadings readings, Sensor sensor, PowerColumns plain, double limitWatts) {
    LimitedColumns search = new LimitedColumns(readings, sensor, plain, limitWatts);
    for (double threshold : THRESHOLDS) {
      search.settle(search.plain.above(threshold * limitWatts));
    }
    return search;
  }

  /**
   * Returns the unknown powers of the fit that best predicts readings that were not used for the
   * fit.
   */
  PowerColumns best() {
    return bestFit().columns;
  }

  /**
   * Returns the normal equations of {@link #best}, for each sensor and each fold (group of
   * readings).
   */
  List<NormalEquations[]> bestFolds() {
    return bestFit().folds;
  }

  private Fit bestFit() {
    return isLimited() ? limited : plain;
  }

  /**
   * Returns the unknown powers of the second-best fit if the readings do not clearly exclude it;
   * null otherwise.
   */
  PowerColumns alternative() {
    if (limited == null && excessive != null) {
      return excessive.columns;
    }
    if (limited == null || Math.abs(limited.misfit - plain.misfit) > UNCLEAR) {
      return null;
    }
    return isLimited() ? plain.columns : limited.columns;
  }

  private boolean isLimited() {
    return limited != null && limited.misfit < plain.misfit;
  }

  /**
   * Holds fitted powers, and how well they predict other readings.
   *
   * @param watts fitted value of each unknown power in watts
   * @param misfit -2 log likelihood of the predicted readings ({@link NormalEquations#misfit})
   * @param folds normal equations of each sensor and each fold (group of readings)
   */
  private record Fit(
      PowerColumns columns, double[] watts, double misfit, List<NormalEquations[]> folds) {
    /** Returns the columns of the instruction powers above {@code limit} watts. */
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
      if (contains(above, chosen)) {
        if (fit.above(MAX_RESTED * limitWatts).intersects(chosen)) {
          excessive = better(fit, excessive);
        } else {
          limited = better(fit, limited);
        }
      }
      if (above.equals(chosen)) {
        return;
      }
      chosen = above;
    }
  }

  private Fit fit(PowerColumns columns) {
    List<NormalEquations[]> ofSensors =
        readings.channelFolds(columns, sensor, WindowFit.FOLDS, List.of());
    NormalEquations[] folds = readings.weighted(ofSensors, columns, WindowFit.FOLDS);
    NormalEquations sums = CrossValidation.total(folds);
    double squares = CrossValidation.heldOutSquares(folds, sums, columns);
    double[] watts = new PowerSolver(columns).solve(sums).watts();
    return new Fit(columns, watts, sums.misfit(squares), ofSensors);
  }

  private static Fit better(Fit fit, Fit other) {
    return other == null || fit.misfit < other.misfit ? fit : other;
  }

  private static boolean contains(BitSet all, BitSet some) {
    BitSet missing = (BitSet) some.clone();
    missing.andNot(all);
    return missing.isEmpty();
  }
}
