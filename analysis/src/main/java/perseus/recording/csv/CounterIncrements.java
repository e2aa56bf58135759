package perseus.recording.csv;

import java.util.Locale;
import perseus.io.UserError;
import perseus.numeric.Quantile;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.Warning;

/**
 * Marks invalid increments of an energy counter as not usable. An increment of an energy counter is
 * its rise from one reading to the next. An increment of the counter is invalid if it is impossibly
 * large, or if too much time passed between its two readings.
 */
final class CounterIncrements {
  /**
   * Minimum time in seconds without a change of the counter that counts as a standstill. During a
   * standstill, the recording program probably did not read the counter.
   */
  private static final double MIN_STANDSTILL_SECONDS = 2;

  /**
   * Minimum time without a change that counts as a standstill, as a multiple of the median time
   * between two changes.
   */
  private static final double MIN_STANDSTILL_PERIODS = 10;

  /**
   * An increment is long if it takes more than {@code CLOCK_STEP_PERIODS} times as long as the
   * median increment. A long increment with an unusually low power may mean that the clock of the
   * host was set forward.
   */
  private static final double CLOCK_STEP_PERIODS = 5;

  /**
   * The power of an increment is unusually low if it is below the fraction {@code UNUSUAL_SHARE} of
   * the first percentile of all powers.
   */
  private static final double UNUSUAL_SHARE = 0.5;

  /** Maximum power of a valid increment, as a multiple of the median power of all increments. */
  private static final double MAX_MEDIAN_POWERS = 50;

  /**
   * Second limit for the power of a valid increment, in watts, because no GPU draws more. If {@link
   * #POSSIBLE_MEDIAN_POWERS} times the median power is higher, it replaces this limit.
   */
  private static final double MAX_POSSIBLE_WATTS = 4_000;

  private static final double POSSIBLE_MEDIAN_POWERS = 10;

  /**
   * Maximum median power in watts. No GPU draws more than 10,000 W. If the median power of a log is
   * higher, its energies are probably in millijoules instead of joules.
   */
  private static final double MAX_WATTS = 10_000;

  /**
   * Minimum median power in watts. Even an idle GPU draws more than 10 W. If the median power of a
   * log is lower than the minimum, its energies are probably in kilojoules instead of joules.
   */
  private static final double MIN_WATTS = 1;

  private final EnergyLog log;
  private final long[] lines;
  private final RowFaults faults;

  /** Mean power of each increment in watts. */
  private final double[] powers;

  /**
   * @param log energy log; the method {@link #check} sets its flags {@code usable}
   * @param lines line number of each reading in the log file
   */
  CounterIncrements(EnergyLog log, long[] lines, RowFaults faults) {
    this.log = log;
    this.lines = lines;
    this.faults = faults;
    powers = new double[log.size() - 1];
    for (int i = 1; i < log.size(); i++) {
      powers[i - 1] =
          (log.energies()[i] - log.energies()[i - 1]) / (log.times()[i] - log.times()[i - 1]);
    }
  }

  /**
   * Checks all increments of the energy counter, and marks invalid increments as not usable.
   *
   * @throws UserError if the energies in the log seem to have another unit than joules
   */
  void check() {
    requireJoules();
    leaveOutStandstills();
    leaveOutJumps();
  }

  private void requireJoules() {
    double watts = Quantile.median(powers);
    if (watts > MAX_WATTS) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "%s: the energy counter rises by %.0f W, more than any GPU draws; energies must be in"
                  + " joules, but these seem to be in millijoules.",
              log.file(),
              watts));
    }
    if (watts > 0 && watts < MIN_WATTS) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "%s: the energy counter rises by %.2g W, less than any GPU draws; energies must be in"
                  + " joules, but these seem to be in a larger unit, such as kilojoules.",
              log.file(),
              watts));
    }
  }

  private void leaveOutStandstills() {
    double limit = Math.max(MIN_STANDSTILL_SECONDS, MIN_STANDSTILL_PERIODS * log.periodSeconds());
    double lowWatts = UNUSUAL_SHARE * Quantile.of(powers, 0.01);
    for (int i = 1; i < log.size(); i++) {
      double seconds = log.times()[i] - log.times()[i - 1];
      if (seconds > limit) {
        leaveOut(
            i,
            "the counter did not change for more than %.0f s before this line; that time is left out"
                .formatted(limit));
      } else if (seconds > CLOCK_STEP_PERIODS * log.periodSeconds() && powers[i - 1] < lowWatts) {
        leaveOut(
            i,
            "the host clock was set forward, or the counter did not change, before this line; that time"
                + " is left out");
      }
    }
  }

  /**
   * Leaves out increments with an impossible power. At a median power of 300 W, for example, the
   * limit is 4000 W, the smaller of 50 * 300 W and 4000 W. Later readings are lowered, so that the
   * rise of the counter during the increment corresponds to the median power.
   */
  private void leaveOutJumps() {
    double median = Quantile.median(powers);
    double possible = Math.max(POSSIBLE_MEDIAN_POWERS * median, MAX_POSSIBLE_WATTS);
    double maxWatts = Math.min(MAX_MEDIAN_POWERS * median, possible);
    double maxJoules = maxWatts * log.periodSeconds();
    double[] energies = log.energies();
    double surplus = 0;
    double before = energies[0];
    for (int i = 1; i < log.size(); i++) {
      double rise = energies[i] - before;
      before = energies[i];
      // After a very short time between two readings, the computed power may be high
      // although the energy is small. Such an increment is valid.
      if (powers[i - 1] > maxWatts && rise > maxJoules && log.usable()[i]) {
        leaveOut(i, "the counter rose by far more than a GPU can use; this update is left out");
        surplus += rise - median * (log.times()[i] - log.times()[i - 1]);
      }
      energies[i] -= surplus;
    }
  }

  private void leaveOut(int i, String problem) {
    log.usable()[i] = false;
    faults.add(Warning.Kind.LEFT_OUT, problem, lines[i]);
  }
}
