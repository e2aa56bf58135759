package perseus.profile;

import java.util.List;
import java.util.function.ToDoubleFunction;
import perseus.pipeline.Instruction;

/**
 * Tests whether the times or energies of a profile differ between frequencies by more than their
 * standard errors. If the differences are not larger than their standard errors, plans would follow
 * the noise of the measurement.
 *
 * <p>For each instruction of each stage, let v_i be the times (or energies) at n frequencies, s_i
 * their standard errors, and m their mean, weighted by 1 / s_i^2. If all differences are noise, the
 * sum of ((v_i - m) / s_i)^2 follows the chi-squared distribution with n - 1 degrees of freedom.
 * This distribution has the mean n - 1 and the variance 2 (n - 1). The sums of all instructions are
 * added. The values differ if the total exceeds its mean by {@link #MAX_DEVIATIONS} standard
 * deviations.
 */
final class Differences {
  private static final double MAX_DEVIATIONS = 4;

  /**
   * Relative errors of times and energies that the standard errors do not include. The class adds
   * their squares to the squares of the standard errors.
   */
  private static final double TIME_FLOOR = 0.001;

  private static final double ENERGY_FLOOR = 0.002;

  private double sum;
  private int degrees;

  private Differences() {}

  /**
   * Returns whether all differences between the frequencies of a profile are within their errors.
   * Returns false if a standard error is unknown, or if no computation has several frequencies.
   */
  static boolean areWithinErrors(StageProfile profile) {
    Differences times = new Differences();
    Differences energies = new Differences();
    for (int stage = 0; stage < profile.stages(); stage++) {
      for (Instruction instruction : profile.instructions(stage)) {
        if (instruction.isComputation()) {
          List<ProfileRow> rows = profile.options(stage, instruction);
          times.add(
              rows, ProfileRow::timeSeconds, r -> r.quality().timeStderrSeconds(), TIME_FLOOR);
          energies.add(
              rows, ProfileRow::energyJoules, r -> r.quality().energyStderrJoules(), ENERGY_FLOOR);
        }
      }
    }
    return times.areNoise() && energies.areNoise();
  }

  private void add(
      List<ProfileRow> rows,
      ToDoubleFunction<ProfileRow> value,
      ToDoubleFunction<ProfileRow> stderr,
      double floor) {
    double weights = 0;
    double weighted = 0;
    double squares = 0;
    for (ProfileRow row : rows) {
      double v = value.applyAsDouble(row);
      double s = Math.hypot(stderr.applyAsDouble(row), floor * v);
      weights += 1 / (s * s);
      weighted += v / (s * s);
      squares += v / s * v / s;
    }
    sum += squares - weighted * weighted / weights;
    degrees += rows.size() - 1;
  }

  /**
   * Returns whether the sum of all squared differences is so small that noise alone can explain it.
   * If a standard error is unknown, the sum is NaN, and the method returns false.
   */
  private boolean areNoise() {
    return degrees > 0 && sum < degrees + MAX_DEVIATIONS * Math.sqrt(2.0 * degrees);
  }
}
