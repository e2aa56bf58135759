package perseus.control.replan;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Describes how the power of a stage's computations has changed.
 *
 * <p>A lane is the sequence of operations at one position of the pipeline. For a computation at one
 * clock, let r be the factor by which its time is multiplied ({@link Drift}). Let w be {@code |r -
 * 1|}, divided by the largest value of {@code |r - 1|} in the lane. Then the power of the
 * computation at this clock is multiplied by {@code 1 + change * w}. So the power changes most
 * where the time has changed most. For example, a power limit makes computations slower at high
 * clocks, and changes their power only there. If no time has changed, or if the computations whose
 * times have changed use little energy, w is 1 for all computations.
 *
 * @param change relative change of the power of computations whose weight w is 1
 * @param largestShift largest value of |r - 1| in the lane; 0 if the weight w is 1 for all
 *     computations
 */
record PowerChange(double change, double largestShift) {
  /**
   * Minimum of the mean of the weights w (see the class), averaged with the energies of the
   * computations as weights. If the mean is smaller, w is set to 1 for all computations.
   */
  private static final double MIN_SHARE = 0.1;

  /**
   * Minimum of the factor {@code 1 + change}. A smaller factor of a power is not plausible. With a
   * smaller factor, the weight w is set to 1 for all computations.
   */
  private static final double MIN_FACTOR = 0.2;

  /**
   * Computes the change of power with which the predicted energies of a lane (ranks at one position
   * of the pipeline) have the same sum as the measured energies.
   *
   * @param rounds the energies of the lane in several rounds (groups of iterations under one
   *     frequency schedule)
   * @param timeFactor function that returns the factor r by which the time in a row of the profile
   *     is multiplied
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
   * Returns the factor by which the power of a row of the profile is multiplied.
   *
   * @param time the factor r by which the time of the row is multiplied
   */
  double factor(double time) {
    return 1 + change * (largestShift == 0 ? 1 : Math.abs(time - 1) / largestShift);
  }
}
