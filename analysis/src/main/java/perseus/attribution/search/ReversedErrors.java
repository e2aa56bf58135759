package perseus.attribution.search;

import java.util.List;
import java.util.stream.IntStream;
import perseus.attribution.fit.NormalEquations;
import perseus.attribution.fit.PowerColumns;
import perseus.attribution.fit.PowerModel;
import perseus.attribution.fit.PowerSolver;
import perseus.attribution.sensor.Sensor;

/**
 * Estimates the fraction of a counter update's error that the next update contains with the
 * opposite sign.
 */
final class ReversedErrors {
  /**
   * Maximum correlation of the errors of neighbouring counter updates that is not treated as 0.
   * Neighbouring errors have a negative correlation if energy that one counter update lacks is in
   * the next update.
   */
  private static final double MAX_ERROR_CORRELATION = -0.1;

  private static final double MAX_REVERSED_ERROR_SHARE = 0.9;

  private ReversedErrors() {}

  /**
   * Estimates the fraction r of a counter update's error that the next update contains with the
   * opposite sign.
   *
   * <pre>
   *   error of update i              e_i - r e_(i-1), with independent e_i
   *   correlation of neighbours      c = -r / (1 + r^2)
   *   solution                       r = (sqrt(1 - 4 c^2) - 1) / (2 c)
   * </pre>
   */
  static double share(List<RankSample> samples, List<PowerModel> models, Sensor sensor) {
    double[] products = new double[2];
    IntStream.range(0, samples.size())
        .forEach(r -> addErrorProducts(samples.get(r), sensor, models.get(r), products));
    double correlation = products[0] / products[1];
    if (!(correlation < MAX_ERROR_CORRELATION)) {
      return 0;
    }
    double lowest =
        -MAX_REVERSED_ERROR_SHARE / (1 + MAX_REVERSED_ERROR_SHARE * MAX_REVERSED_ERROR_SHARE);
    return correlation < lowest
        ? MAX_REVERSED_ERROR_SHARE
        : (Math.sqrt(1 - 4 * correlation * correlation) - 1) / (2 * correlation);
  }

  /**
   * Adds the products of neighbouring errors, and the squared errors, of the counter updates at all
   * frequencies.
   *
   * @param products sum of the products of neighbouring errors, and sum of the squared errors
   */
  private static void addErrorProducts(
      RankSample sample, Sensor sensor, PowerModel model, double[] products) {
    for (RankSample.Part part : sample.parts()) {
      if (part.updates().size() == 0) {
        continue;
      }
      PowerColumns columns = PowerColumns.of(part.activities(), model);
      NormalEquations sums = RankSample.sums(part.updates(), columns, sensor);
      double[] watts = new PowerSolver(columns).solve(sums).watts();
      double scale = 1 / Math.max(sums.squaredResiduals(watts), sums.minSquaredResiduals());
      double[] before = {0};
      part.updates()
          .forEachWhitenedRow(
              columns,
              sensor,
              (i, x, y) -> {
                double error = y;
                for (int c = 0; c < x.length; c++) {
                  error -= x[c] * watts[c];
                }
                products[0] += scale * before[0] * error;
                products[1] += scale * error * error;
                before[0] = error;
              });
    }
  }
}
