package perseus.attribution.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import perseus.attribution.activity.Activity;
import perseus.attribution.sensor.Deviation;
import perseus.pipeline.Instruction;

/**
 * Compares energies from the energy counter alone with energies from the power samples alone, for
 * one rank at one frequency. The two fits use the same lag, the same smoothing and the same time
 * sections of instructions.
 *
 * <p>Complexity: O(C^3) time for C powers; with deviations, the time of two more fits.
 *
 * @param differences differences of the energies of all computations
 * @param counterUnexplained unexplained fraction (1 - R^2) of the variance of the counter readings,
 *     with powers that are fitted to the counter alone
 * @param samplesUnexplained unexplained fraction (1 - R^2) of the variance of the power samples,
 *     with powers that are fitted to the samples alone
 */
public record SensorComparison(
    List<Difference> differences, double counterUnexplained, double samplesUnexplained) {
  private static final SensorComparison NONE = new SensorComparison(List.of(), 0, 0);

  /** Minimum number of readings of a sensor for each fitted power. */
  private static final int READINGS_PER_POWER = 6;

  /**
   * Holds the energy of one computation from each sensor alone.
   *
   * @param joules energy from both sensors, in joules
   * @param stderrJoules standard error of the difference of the two energies, in joules
   */
  public record Difference(
      Instruction instruction,
      double joules,
      double counterJoules,
      double samplesJoules,
      double stderrJoules) {
    /**
     * Returns the energy from the samples minus the energy from the counter, as a fraction of the
     * energy from a fit to both sensors.
     */
    public double relative() {
      return (samplesJoules - counterJoules) / joules;
    }

    /** Returns the standard error of {@link #relative}. */
    public double relativeStderr() {
      return stderrJoules / joules;
    }
  }

  private record Alone(
      WeightedReadings readings,
      List<NormalEquations> each,
      NormalEquations sums,
      PowerSolver solver,
      PowerSolver.Solution solution) {
    static Alone of(WindowFit fit, boolean counter) {
      List<WeightedReadings.Channel> channels = fit.readings.channels();
      List<NormalEquations> each = new ArrayList<>();
      NormalEquations sums = new NormalEquations(fit.columns.size());
      for (int k = 0; k < channels.size(); k++) {
        if (channels.get(k).readings() instanceof CounterUpdates == counter) {
          each.add(fit.channelSums.get(k));
          sums.addWeighted(fit.channelSums.get(k), channels.get(k).weight());
        }
      }
      PowerSolver solver = new PowerSolver(fit.columns);
      boolean hasEnough = sums.rows() >= READINGS_PER_POWER * fit.columns.size();
      return hasEnough
          ? new Alone(fit.readings.only(counter), each, sums, solver, solver.solve(sums))
          : null;
    }

    double variance(double[] weights) {
      double[] covariances = solver.inverse(sums, solution).operate(weights);
      return solution.variance() * NormalEquations.dot(weights, covariances);
    }

    PowerErrors errors(WindowFit fit, List<Deviation> deviations) {
      return PowerErrors.of(readings, fit.columns, fit.sensor, sums, solver, solution, deviations);
    }

    double unexplained() {
      double residuals = 0;
      double deviations = 0;
      for (NormalEquations one : each) {
        residuals += one.squaredResiduals(solution.watts());
        deviations += one.squaredDeviations();
      }
      return residuals / deviations;
    }
  }

  /**
   * Compares the sensors quickly. The standard errors contain only independent noise, so they are
   * too small.
   *
   * @return comparison without differences if a sensor has too few readings
   */
  public static SensorComparison quick(WindowFit fit) {
    return of(fit, null);
  }

  /**
   * Compares the sensors with standard errors that contain all known errors.
   *
   * @param deviations sensors whose lag or smoothing deviates by one standard error
   */
  public static SensorComparison of(WindowFit fit, List<Deviation> deviations) {
    if (fit.readings == null || fit.readings.channels().size() < 2) {
      return NONE;
    }
    Alone counter = Alone.of(fit, true);
    Alone samples = Alone.of(fit, false);
    if (counter == null || samples == null) {
      return NONE;
    }
    PowerErrors[] errors =
        deviations == null
            ? null
            : new PowerErrors[] {counter.errors(fit, deviations), samples.errors(fit, deviations)};
    MeanTimes times = MeanTimes.of(fit.window, fit.columns);
    List<Difference> differences = new ArrayList<>();
    List<Instruction> kinds = fit.columns.kinds();
    for (int k = 0; k < kinds.size(); k++) {
      if (kinds.get(k).isComputation() && !Activity.isSpecial(kinds.get(k))) {
        double[] weights = times.instance(k, fit.window.durations(kinds.get(k)).mean());
        double variance =
            errors == null
                ? counter.variance(weights) + samples.variance(weights)
                : Arrays.stream(errors).mapToDouble(error -> error.variance(weights)).sum();
        differences.add(
            new Difference(
                kinds.get(k),
                fit.watts(weights),
                NormalEquations.dot(weights, counter.solution.watts()),
                NormalEquations.dot(weights, samples.solution.watts()),
                Math.sqrt(variance)));
      }
    }
    return new SensorComparison(differences, counter.unexplained(), samples.unexplained());
  }
}
