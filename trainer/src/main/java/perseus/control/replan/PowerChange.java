package perseus.control.replan;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Describes how the power of a stage's computations has changed.
 *
 * <p>Let r be the factor for the time of a computation at a clock, and w be {@code |r - 1|} divided
 * by its largest value in the lane. The factor for the power is {@code 1 + change * w}. A power
 * limit, for example, makes computations slower at high clocks, and changes the power only there.
 * If the times have not moved, or if little energy belongs to those that have, w is 1 everywhere.
 *
 * @param change relative change of the power where w is 1
 * @param largestShift largest |r - 1| in the lane; 0 if w is 1 everywhere
 */
record PowerChange(double change, double largestShift) {
  /** Least share of the energy, weighted by w, from which a change of power is computed. */
  private static final double MIN_SHARE = 0.1;

  /** Least factor for a power; a smaller one shows that the change lies elsewhere. */
  private static final double MIN_FACTOR = 0.2;

  /**
   * Computes the change with which the energies of a lane sum to the measured ones.
   *
   * @param rounds the energies of the lane in several rounds
   * @param timeFactor returns the factor for the time of a row
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

  /** Returns the factor for the power of a row whose time has a factor. */
  double factor(double time) {
    return 1 + change * (largestShift == 0 ? 1 : Math.abs(time - 1) / largestShift);
  }
}
