package perseus.control;

import java.util.List;

/**
 * An iteration under one frequency schedule, over all ranks.
 *
 * @param timeSeconds mean over iterations of the slowest rank's time
 * @param energyJoules mean over iterations of the sum of all ranks' energies
 * @param iterations how many iterations count
 */
public record Measurement(double timeSeconds, double energyJoules, int iterations) {
  /** Iterations that a new schedule needs to settle; they do not count. */
  private static final int SETTLING_ITERATIONS = 2;

  /**
   * Joins the results of all ranks. The first two iterations do not count; where there are no more
   * than those, the last one does.
   *
   * @throws IllegalArgumentException if ranks measured different numbers of iterations, or none
   */
  public static Measurement of(List<RankResult> results) {
    int iterations = results.get(0).iterTime().length;
    if (iterations == 0
        || results.stream()
            .anyMatch(
                result ->
                    result.iterTime().length != iterations
                        || result.iterEnergy().length != iterations)) {
      throw new IllegalArgumentException("Ranks reported different numbers of iterations.");
    }
    int first = iterations > SETTLING_ITERATIONS ? SETTLING_ITERATIONS : iterations - 1;
    double time = 0;
    double energy = 0;
    for (int i = first; i < iterations; i++) {
      double slowest = 0;
      for (RankResult result : results) {
        slowest = Math.max(slowest, result.iterTime()[i]);
        energy += result.iterEnergy()[i];
      }
      time += slowest;
    }
    int counted = iterations - first;
    return new Measurement(time / counted, energy / counted, counted);
  }
}
