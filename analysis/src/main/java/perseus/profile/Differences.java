package perseus.profile;

import java.util.List;
import java.util.function.ToDoubleFunction;
import perseus.pipeline.Instruction;

/**
 * Tests whether the times or energies of a profile differ between frequencies by more than their
 * standard errors. Without significant differences, plans would follow the noise of the
 * measurement.
 *
 * <p>Method: a chi-squared test of equal values at all frequencies.
 *
 * <pre>
 *   sum over all instructions and frequencies of ((v - m) / s)^2
 *     v  time or energy at one frequency
 *     s  standard error of v
 *     m  weighted mean of v over all frequencies of the instruction
 *   noise alone: mean n - 1 and variance 2 (n - 1) for each instruction with n frequencies
 * </pre>
 *
 * <p>Times or energies differ if the chi-squared sum exceeds its expected value by more than {@link
 * #MAX_DEVIATIONS} standard deviations.
 */
final class Differences {
  private static final double MAX_DEVIATIONS = 4;

  /**
   * Relative error that is assumed for each mean time in addition to its standard error, for
   * example because of the temperature.
   */
  private static final double TIME_FLOOR = 0.001;

  private static final double ENERGY_FLOOR = 0.002;

  private double sum;
  private int degrees;

  private Differences() {}

  /**
   * Returns whether the times and energies of a profile differ between frequencies by no more than
   * their standard errors explain. Returns false if a standard error is unknown, or if no
   * computation has several frequencies.
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
   * Returns whether noise alone can explain the sum of squared differences; false if a standard
   * error is unknown.
   */
  private boolean areNoise() {
    return degrees > 0 && sum < degrees + MAX_DEVIATIONS * Math.sqrt(2.0 * degrees);
  }
}
