package perseus.recording.csv;

import java.util.Locale;
import perseus.io.UserError;
import perseus.numeric.Quantile;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.Warning;

/**
 * Checks the increments of an energy counter and marks invalid increments as not usable. An
 * increment is the rise of the counter from one reading to the next. An increment is invalid if it
 * is impossibly large, or if the time between its two readings is too long.
 */
final class CounterIncrements {
  /**
   * Maximum time in seconds for which the energy counter may stay unchanged. If the energy counter
   * stays unchanged for longer, the recording program probably did not read the counter. The
   * increment at the end of a longer time without a change is left out.
   */
  private static final double MIN_STANDSTILL_SECONDS = 2;

  /**
   * Maximum time for which the energy counter may stay unchanged, as a multiple of the median time
   * between two changes of the counter. Of the two limits {@link #MIN_STANDSTILL_SECONDS} and
   * {@code MIN_STANDSTILL_PERIODS}, the longer time applies.
   */
  private static final double MIN_STANDSTILL_PERIODS = 10;

  /**
   * An increment is long if the time between its two readings exceeds {@code CLOCK_STEP_PERIODS}
   * median times. The median time is taken over all times between two changes of the energy
   * counter. If a long increment has an unusually low power, the clock of the host may have been
   * set forward.
   */
  private static final double CLOCK_STEP_PERIODS = 5;

  /**
   * The power of an increment is unusually low if it is below the product of {@code UNUSUAL_SHARE}
   * and the first percentile of the powers of all increments.
   */
  private static final double UNUSUAL_SHARE = 0.5;

  /** Maximum power of a valid increment, as a multiple of the median power of all increments. */
  private static final double MAX_MEDIAN_POWERS = 50;

  /**
   * Maximum median power in watts of an energy log whose energies are in joules. No GPU draws more
   * than 10,000 W, so energies in joules never give a larger median power. An idle GPU draws more
   * than 10 W, so energies in millijoules that are read as joules always give a larger median
   * power.
   */
  private static final double MAX_WATTS = 10_000;

  /** Minimum median power in watts of an energy log. An idle GPU draws more than 10 W. */
  private static final double MIN_WATTS = 1;

  private final EnergyLog log;
  private final long[] lines;
  private final RowFaults faults;

  /**
   * Mean power of each increment in watts: the rise of the counter divided by the time between the
   * two readings.
   */
  private final double[] powers;

  /**
   * @param log energy log to check; the method {@link #check} sets its {@code usable} flags
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
   * Checks all increments of the energy counter and marks invalid increments as not usable.
   *
   * @throws UserError if the energies in the log seem to be in another unit than joules
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
            "the clock was set forward, or the counter did not change, before this line; that time"
                + " is left out");
      }
    }
  }

  private void leaveOutJumps() {
    double maxWatts = MAX_MEDIAN_POWERS * Quantile.median(powers);
    double maxJoules = maxWatts * log.periodSeconds();
    for (int i = 1; i < log.size(); i++) {
      // If the time between two readings of the energy counter is very short, the computed power
      // may be high although the energy is small. An increment with a high power but a small energy
      // is valid.
      boolean much = log.energies()[i] - log.energies()[i - 1] > maxJoules;
      if (powers[i - 1] > maxWatts && much && log.usable()[i]) {
        leaveOut(i, "the counter rose by far more than a GPU can use; this update is left out");
      }
    }
  }

  private void leaveOut(int i, String problem) {
    log.usable()[i] = false;
    faults.add(Warning.Kind.LEFT_OUT, problem, lines[i]);
  }
}
