package perseus.control;

import java.util.List;

/**
 * Holds the mean time and energy of an iteration of a whole job under one frequency schedule.
 *
 * @param timeSeconds mean time of an iteration in seconds. The time of an iteration is the time of
 *     the slowest rank.
 * @param energyJoules mean energy of an iteration in joules. The energy of an iteration is the sum
 *     over all ranks of the job.
 * @param iterations number of iterations over which the time and the energy are averaged; 0 for
 *     predicted values
 */
public record Measurement(double timeSeconds, double energyJoules, int iterations) {
  /**
   * Number of first iterations under a new frequency schedule in which the clocks are still
   * changing. Mean times and energies exclude the first two iterations under a frequency schedule.
   */
  private static final int SETTLING_ITERATIONS = 2;

  /**
   * Computes the mean time and the mean energy of an iteration from the results of all ranks. The
   * means exclude the first two iterations under the frequency schedule. If the ranks measured only
   * one or two iterations, the method returns the time and the energy of the last iteration.
   *
   * @param results results of all ranks of the job under one frequency schedule; at least one
   *     result
   * @throws IllegalArgumentException if the ranks measured no iteration or different numbers of
   *     iterations
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
    int first = settlingIterations(iterations);
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

  /**
   * Returns the number of first iterations under a frequency schedule that the mean time and mean
   * energy exclude.
   *
   * @param iterations number of all iterations under the frequency schedule
   */
  public static int settlingIterations(int iterations) {
    return Math.min(SETTLING_ITERATIONS, iterations - 1);
  }
}
