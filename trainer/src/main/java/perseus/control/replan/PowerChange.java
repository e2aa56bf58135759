package perseus.control.replan;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Describes how the powers of the forwards and backwards of a stage have changed.
 *
 * <p>The power of an instruction is multiplied by {@code 1 + change * weight}. Each instruction has
 * one weight from 0 to 1 at each clock. The weight is the relative change of the instruction's time
 * at this clock, divided by the largest relative change of any time. The power changes most for the
 * instructions and clocks whose times have changed most. For example, a power limit makes
 * instructions slower at high clocks, and changes their powers only at high clocks. If no time has
 * changed, or if the instructions with changed times have little energy, all powers change by the
 * same factor.
 *
 * @param change relative change of the power of the instructions whose times have changed most
 * @param largestShift largest relative change of a time in the profile; 0 if all powers change by
 *     the same factor
 */
record PowerChange(double change, double largestShift) {
  /**
   * If the instructions with changed times have less than this share of the energy, all powers
   * change by the same factor. Each energy is multiplied by the weight of its instruction.
   */
  private static final double MIN_SHARE = 0.1;

  /**
   * Minimum of the factor {@code 1 + change} by which a power is multiplied. A smaller factor is
   * not plausible for the power of a GPU. If the factor is smaller, all powers change by the same
   * factor.
   */
  private static final double MIN_FACTOR = 0.2;

  /**
   * Computes the factors for the powers so that the sum of the predicted energies equals the sum of
   * the measured energies.
   *
   * @param rounds energies of ranks with the same position in their pipelines, one element for each
   *     frequency schedule
   * @param timeFactor function that returns the factor by which a time in the profile is multiplied
   */
  static PowerChange of(
      List<RoundRatios.PositionEnergy> rounds, ToDoubleFunction<Cell> timeFactor) {
    double shift =
        rounds.stream()
            .flatMap(round -> round.joules().keySet().stream())
            .mapToDouble(cell -> Math.abs(timeFactor.applyAsDouble(cell) - 1))
            .max()
            .orElse(0);
    double missing = 0;
    double all = 0;
    double weighted = 0;
    for (RoundRatios.PositionEnergy round : rounds) {
      double expected = 0;
      for (Map.Entry<Cell, Double> row : round.joules().entrySet()) {
        double time = timeFactor.applyAsDouble(row.getKey());
        double joules = row.getValue() * time;
        expected += joules;
        weighted += joules * (shift == 0 ? 1 : Math.abs(time - 1) / shift);
      }
      all += expected;
      missing += round.ratio().mean() * round.totalJoules() - expected;
    }
    PowerChange local = new PowerChange(missing / weighted, shift);
    return weighted >= MIN_SHARE * all && 1 + local.change >= MIN_FACTOR
        ? local
        : new PowerChange(missing / all, 0);
  }

  /**
   * Returns the factor by which the power of an instruction at one clock is multiplied.
   *
   * @param time factor by which the time of the instruction is multiplied
   */
  double factor(double time) {
    return 1 + change * (largestShift == 0 ? 1 : Math.abs(time - 1) / largestShift);
  }
}
