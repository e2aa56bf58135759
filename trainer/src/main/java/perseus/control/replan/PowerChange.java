package perseus.control.replan;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Describes how the powers of the forwards and backwards of a stage have changed.
 *
 * <p>The weight of a row is the relative change of its time, divided by the largest relative change
 * at the position of the pipeline. In a row of the profile, the power is multiplied by {@code 1 +
 * change * weight}, with a weight from 0 to 1 for the row. The power changes most in the rows of
 * the profile whose times have changed most. For example, a power limit makes instructions slower
 * at high clocks, and changes their powers only at high clocks. If no time has changed, or if the
 * rows with changed times have little energy, the power changes equally in all rows of the profile.
 *
 * @param change relative change of the power in the rows of the profile whose times have changed
 *     most
 * @param largestShift largest relative change of a time in the profile; 0 if the power changes
 *     equally in all rows
 */
record PowerChange(double change, double largestShift) {
  /**
   * Smallest permitted mean of the weights (relative changes of times, from 0 to 1), averaged over
   * the energies of the rows. If the mean is smaller, the power changes equally in all rows of the
   * profile.
   */
  private static final double MIN_SHARE = 0.1;

  /**
   * Minimum of the factor {@code 1 + change} by which a power is multiplied. A factor below {@code
   * MIN_FACTOR} is not plausible for the power of a GPU. If the factor {@code 1 + change} is
   * smaller, the power changes equally in all rows of the profile.
   */
  private static final double MIN_FACTOR = 0.2;

  /**
   * Computes the change of power with which the sum of the predicted energies equals the sum of the
   * measured energies.
   *
   * @param rounds energies at one position of the pipeline under several frequency schedules
   * @param timeFactor function that returns the factor by which the time in a row of the profile is
   *     multiplied
   */
  static PowerChange of(List<RoundRatios.LaneEnergy> rounds, ToDoubleFunction<Cell> timeFactor) {
    double shift =
        rounds.stream()
            .flatMap(round -> round.joules().keySet().stream())
            .mapToDouble(cell -> Math.abs(timeFactor.applyAsDouble(cell) - 1))
            .max()
            .orElse(0);
    double missing = 0;
    double all = 0;
    double weighted = 0;
    for (RoundRatios.LaneEnergy round : rounds) {
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
   * Returns the factor by which the power in a row of the profile is multiplied.
   *
   * @param time factor by which the time in the row of the profile is multiplied
   */
  double factor(double time) {
    return 1 + change * (largestShift == 0 ? 1 : Math.abs(time - 1) / largestShift);
  }
}
