package perseus.control;

import java.util.List;

/**
 * Mean time and energy of an iteration of the whole job under one frequency schedule.
 *
 * @param timeSeconds time of the slowest rank, averaged over iterations
 * @param energyJoules energy of all ranks together, averaged over iterations
 * @param iterations number of iterations in the mean; 0 for a prediction
 */
public record Measurement(double timeSeconds, double energyJoules, int iterations) {
  /** Number of iterations until a new schedule has its full effect; they are left out. */
  private static final int SETTLING_ITERATIONS = 2;

  /**
   * Averages the results of all ranks. The first two iterations are left out; if there are only one
   * or two, the last one is the result.
   *
   * @param results results of all ranks, at least one
   * @throws IllegalArgumentException if the ranks measured no iteration, or different numbers
   */
  public static Measurement of(List<RankResult> results) {
    int iterations = results.get(0).iterTime().length;
    if (iterations == 0
        || results.stream()
            .anyMatch(
                result ->
                    result.iterTime().length != iterations
                        || result.iterEnergy().length != iterations)) {
      throw new IllegalArgumentException(
          "All ranks must report the same number of iterations, at least 1.");
    }
    int first = iterations > SETTLING_ITERATIONS ? SETTLING_ITERATIONS : iterations - 1;
    double time = 0;
    double energy = 0;
    for (int i = first; i < iterations; i++) {
      double iterationTime = 0;
      for (RankResult result : results) {
        iterationTime = Quantity.TIME.join(iterationTime, result.iterTime()[i]);
        energy = Quantity.ENERGY.join(energy, result.iterEnergy()[i]);
      }
      time += iterationTime;
    }
    int counted = iterations - first;
    return new Measurement(time / counted, energy / counted, counted);
  }
}
