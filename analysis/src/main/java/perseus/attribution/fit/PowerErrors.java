package perseus.attribution.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.linear.RealMatrix;
import perseus.attribution.sensor.Deviation;
import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.PowerLimit;
import perseus.attribution.sensor.RegularTicks;
import perseus.attribution.sensor.Sensor;

/**
 * Holds the errors of the powers that were fitted for one rank at one frequency. The errors come
 * from noise ({@link PowerCovariance}), and from errors of the lag, the smoothing, the update times
 * and the power at the power limit.
 */
final class PowerErrors {
  /**
   * Maximum number of readings of each sensor from which the effect of a deviating sensor is
   * estimated.
   */
  private static final int READINGS_FOR_DEVIATIONS = 1000;

  private final PowerCovariance covariance;
  private final List<double[]> changes;
  private final double factor;

  private PowerErrors(PowerCovariance covariance, List<double[]> changes, double factor) {
    this.covariance = covariance;
    this.changes = changes;
    this.factor = factor;
  }

  /**
   * @param sums normal equations of all {@code readings}
   * @param solution powers that {@code solver} found for {@code sums}
   * @param deviations sensors whose lag or smoothing deviates by one standard error
   */
  static PowerErrors of(
      WeightedReadings readings,
      PowerColumns columns,
      Sensor sensor,
      NormalEquations sums,
      PowerSolver solver,
      PowerSolver.Solution solution,
      List<Deviation> deviations) {
    PowerCovariance covariance =
        PowerCovariance.of(readings, columns, sensor, sums, solver, solution);
    List<double[]> changes = changesOfWatts(readings, columns, sensor, deviations);
    if (columns.limit() >= 0) {
      double other = (1 + PowerLimit.DEVIATION) * columns.limitWatts();
      double[] watts = new PowerSolver(columns.withLimitWatts(other)).solve(sums).watts();
      changes.add(difference(watts, new PowerSolver(columns).solve(sums).watts(), 1));
    }
    addTickErrors(
        readings, columns, sensor, solution.watts(), solver.inverse(sums, solution), changes);
    double factor = sensor.finest().errorFactor();
    return new PowerErrors(covariance, changes, factor * factor);
  }

  /**
   * Returns the variance of the error of a weighted sum of the powers, in W^2.
   *
   * @param weights weight of each power in the weighted sum
   */
  double variance(double[] weights) {
    double ofChanges =
        changes.stream()
            .mapToDouble(change -> NormalEquations.dot(weights, change))
            .map(change -> change * change)
            .sum();
    return factor * (covariance.variance(weights) + ofChanges);
  }

  /**
   * Returns the change of each fitted power in watts for each deviating sensor, multiplied by the
   * weight of the deviation. Equations from other frequencies ({@link SharedPowers.Known}) are left
   * out, because they would change with the sensor.
   */
  private static List<double[]> changesOfWatts(
      WeightedReadings readings, PowerColumns columns, Sensor sensor, List<Deviation> deviations) {
    PowerSolver solver = new PowerSolver(columns);
    WeightedReadings some = readings.first(READINGS_FOR_DEVIATIONS);
    double[] watts = solver.solve(some.sums(columns, sensor)).watts();
    List<double[]> changes = new ArrayList<>();
    for (Deviation deviation : deviations) {
      double[] other = solver.solve(some.sums(columns, deviation.sensor())).watts();
      changes.add(difference(other, watts, deviation.weight()));
    }
    return changes;
  }

  /**
   * Adds the change of each power if the estimated times of neighbouring counter updates are late
   * by one standard error. Neighbouring updates share the error of their times, because their
   * delays are averaged together.
   */
  private static void addTickErrors(
      WeightedReadings readings,
      PowerColumns columns,
      Sensor sensor,
      double[] watts,
      RealMatrix inverse,
      List<double[]> changes) {
    if (sensor.tickStderrSeconds() == 0) {
      return;
    }
    Kernel kernel = sensor.counter();
    Sensor late =
        sensor.withCounter(kernel.withLag(kernel.lagSeconds() + sensor.tickStderrSeconds()));
    for (WeightedReadings.Channel channel : readings.channels()) {
      if (channel.readings() instanceof CounterUpdates updates) {
        double[] changed = new double[updates.size()];
        updates.forEachWhitenedRow(
            columns, late, (i, x, y) -> changed[i] = NormalEquations.dot(x, watts));
        int blocks = (updates.size() - 1) / RegularTicks.AVERAGED_TICKS + 1;
        double[][] scores = new double[blocks][columns.size()];
        updates.forEachWhitenedRow(
            columns,
            sensor,
            (i, x, y) -> {
              double error = channel.weight() * (changed[i] - NormalEquations.dot(x, watts));
              double[] score = scores[i / RegularTicks.AVERAGED_TICKS];
              for (int c = 0; c < score.length; c++) {
                score[c] += x[c] * error;
              }
            });
        for (double[] score : scores) {
          changes.add(inverse.operate(score));
        }
      }
    }
  }

  private static double[] difference(double[] watts, double[] from, double factor) {
    double[] difference = new double[watts.length];
    Arrays.setAll(difference, c -> factor * (watts[c] - from[c]));
    return difference;
  }
}
