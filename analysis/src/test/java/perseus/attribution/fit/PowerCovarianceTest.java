package perseus.attribution.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.attribution.sensor.Sensor;

/** Compares the variances of powers with the formula of Newey and West, summed term by term. */
class PowerCovarianceTest {
  @ParameterizedTest
  @CsvSource({"21, 60, 0", "22, 300, 0", "23, 2000, 0", "24, 300, 0.4"})
  void varianceIsTheLargerOfTheTwoEstimates(long seed, int records, double reversed) {
    CounterUpdates updates = new RandomWindow(seed, records).updates();
    PowerColumns columns = RandomWindow.columns(2);
    Sensor sensor = new Sensor(0.01, 1, false, reversed);
    NormalEquations sums = new NormalEquations(columns.size());
    List<RealVector> scores = new ArrayList<>();
    updates.forEachWhitenedRow(columns, sensor, (i, x, y) -> sums.add(x, y));
    PowerSolver solver = new PowerSolver(columns);
    PowerSolver.Solution solution = solver.solve(sums);
    updates.forEachWhitenedRow(
        columns,
        sensor,
        (i, x, y) -> {
          RealVector row = new ArrayRealVector(x, true);
          double error = y - row.dotProduct(new ArrayRealVector(solution.watts()));
          scores.add(row.mapMultiply(error));
        });
    int n = scores.size();
    int lags = (int) Math.min(6, Math.ceil(4 * Math.pow(n / 100.0, 2.0 / 9)));
    RealMatrix longRun = new Array2DRowRealMatrix(columns.size(), columns.size());
    for (int i = 0; i < n; i++) {
      for (int j = Math.max(0, i - lags); j < Math.min(n, i + lags + 1); j++) {
        double weight = 1 - Math.abs(i - j) / (lags + 1.0);
        longRun = longRun.add(scores.get(i).outerProduct(scores.get(j)).scalarMultiply(weight));
      }
    }
    longRun = longRun.scalarMultiply((double) n / (n - columns.size()));
    RealMatrix inverse = solver.inverse(sums, solution);
    RealMatrix robust = inverse.multiply(longRun).multiply(inverse);
    PowerCovariance covariance =
        PowerCovariance.of(
            WeightedReadings.of(List.of(updates), null, columns, sensor, 5),
            columns,
            sensor,
            sums,
            solver,
            solution);
    for (int c = 0; c < columns.size(); c++) {
      double[] only = new double[columns.size()];
      only[c] = 1;
      double expected =
          Math.max(solution.variance() * inverse.getEntry(c, c), robust.getEntry(c, c));
      assertThat(covariance.variance(only)).isCloseTo(expected, within(1e-7 * expected + 1e-12));
    }
  }
}
