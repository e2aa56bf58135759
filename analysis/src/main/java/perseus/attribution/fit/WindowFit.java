package perseus.attribution.fit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.attribution.sensor.Sensor;
import perseus.pipeline.Instruction;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Powers of one rank at one frequency with the sensor known, and how well they are known.
 *
 * <p>Standard errors are the larger of two: those of independent noise, and those of Newey and West
 * (1987) that allow for noise that differs in size and is correlated between neighbouring updates,
 * as an error in an update's time makes it. To both comes what the lag's own error does.
 */
public final class WindowFit {
  private static final int FOLDS = 5;

  /** Step in seconds for derivatives by the lag. */
  private static final double LAG_STEP = 1e-3;

  /** Noise further apart than this is not correlated. */
  private static final int MOST_LAGS = 6;

  /** Updates that are enough for a derivative. */
  private static final int ENOUGH_FOR_SLOPE = 1000;

  /** Updates that are enough to see how noise is correlated. */
  private static final int ENOUGH_FOR_NOISE = 5000;

  private final Window window;
  private final PowerColumns columns;
  private final CounterUpdates updates;
  private final NormalEquations[] folds;
  private final NormalEquations sums;
  private final PowerSolver solver;
  private final PowerSolver.Solution solution;
  private final Sensor sensor;

  public WindowFit(Window window, Sensor sensor, Map<Instruction, Integer> parts) {
    this.window = window;
    this.sensor = sensor;
    columns = PowerColumns.of(window.kinds(), kind -> parts.getOrDefault(kind, 1));
    updates =
        CounterUpdates.of(
            window.segments(), sensor.lagSeconds() - LAG_STEP, sensor.lagSeconds() + LAG_STEP);
    folds = CrossValidation.sums(updates, columns, sensor, FOLDS);
    sums = CrossValidation.total(folds);
    solver = new PowerSolver(columns);
    solution = updates.size() > 0 ? solver.solve(sums) : null;
  }

  /** Number of updates that the fit rests on. */
  public int updates() {
    return updates.size();
  }

  /** Number of powers that were looked for. */
  public int powers() {
    return columns.size();
  }

  /** Hands over what each update measured and what the fit says, both in joules. */
  public void forEachUpdate(FittedUpdate update) {
    updates.forEachRawRow(
        columns,
        sensor,
        (i, x, y) ->
            update.accept(
                updates.start(i) - sensor.lagSeconds(),
                updates.end(i) - sensor.lagSeconds(),
                y,
                dot(x, solution.watts())));
  }

  /** Receives one update, at the time at which its energy was used. */
  @FunctionalInterface
  public interface FittedUpdate {
    void accept(double start, double end, double measuredJoules, double fittedJoules);
  }

  private double heldOutR2() {
    if (sums.rows < 4 * columns.size()) {
      return Double.NaN;
    }
    NormalEquations[] measured =
        sensor.takeBack() == 0
            ? folds
            : CrossValidation.sums(updates, columns, sensor.withTakeBack(0), FOLDS);
    NormalEquations all = measured == folds ? sums : CrossValidation.total(measured);
    return 1
        - CrossValidation.heldOutSquares(folds, sums, columns, measured)
            / all.squaredDeviations(all.y / all.rows);
  }

  /**
   * Energies of the window.
   *
   * @param lagStderr standard error of the lag in seconds
   */
  public WindowEnergy energy(double lagStderr) {
    RealMatrix covariance = covariance();
    double[] byLag = derivativeByLag();
    List<InstructionEnergy> energies = new ArrayList<>();
    double busy = 0;
    for (int k = 0; k < columns.kinds().size(); k++) {
      Window.Durations durations = window.durations(columns.kinds().get(k));
      double[] weights = new double[columns.size()];
      for (int part = 0; part < columns.parts(k); part++) {
        weights[columns.first(k) + part] = durations.mean() / columns.parts(k);
      }
      double joules = dot(weights, solution.watts());
      double byTime = joules / durations.mean() * durations.stderr();
      double variance =
          variance(covariance, weights)
              + square(dot(weights, byLag) * lagStderr)
              + (Double.isNaN(byTime) ? 0 : square(byTime));
      energies.add(
          new InstructionEnergy(columns.kinds().get(k), durations, joules, Math.sqrt(variance)));
      busy += durations.total();
    }
    double[] blocking = new double[columns.size()];
    blocking[PowerColumns.BLOCKING] = 1;
    return new WindowEnergy(
        window.frequencyMhz(),
        List.copyOf(energies),
        solution.watts()[PowerColumns.BLOCKING],
        Math.sqrt(
            variance(covariance, blocking) + square(byLag[PowerColumns.BLOCKING] * lagStderr)),
        window.seconds() - busy,
        updates.size(),
        heldOutR2(),
        counterJoules());
  }

  /** The counter's rise over the window's segments, read as late as the sensor lags. */
  private double counterJoules() {
    double joules = 0;
    for (Segment segment : window.segments()) {
      joules +=
          segment.energy().energyAt(segment.end() + sensor.lagSeconds())
              - segment.energy().energyAt(segment.start() + sensor.lagSeconds());
    }
    return joules;
  }

  private double[] derivativeByLag() {
    double[] later = wattsAt(sensor.lagSeconds() + LAG_STEP);
    double[] earlier = wattsAt(sensor.lagSeconds() - LAG_STEP);
    for (int i = 0; i < later.length; i++) {
      later[i] = (later[i] - earlier[i]) / (2 * LAG_STEP);
    }
    return later;
  }

  private double[] wattsAt(double lag) {
    NormalEquations shifted = new NormalEquations(columns.size());
    updates
        .first(ENOUGH_FOR_SLOPE)
        .forEachRow(columns, sensor.withLag(lag), (i, x, y) -> shifted.add(x, y));
    return solver.solve(shifted).watts();
  }

  /** Covariance of the powers in W^2, column by column the larger of the two estimates. */
  private RealMatrix covariance() {
    RealMatrix inverse = solver.inverse(sums, solution);
    RealMatrix independent = inverse.scalarMultiply(solution.variance());
    RealMatrix robust =
        inverse.multiply(new Array2DRowRealMatrix(scores(), false)).multiply(inverse);
    RealMatrix larger = independent.copy();
    for (int i = 0; i < columns.size(); i++) {
      for (int j = 0; j < columns.size(); j++) {
        double scale =
            Math.sqrt(inflation(robust, independent, i) * inflation(robust, independent, j));
        larger.multiplyEntry(i, j, scale);
      }
    }
    return larger;
  }

  private static double inflation(RealMatrix robust, RealMatrix independent, int i) {
    double plain = independent.getEntry(i, i);
    return plain > 0 ? Math.max(1, robust.getEntry(i, i) / plain) : 1;
  }

  /**
   * Long-run covariance of x_i e_i with Bartlett weights: it equals the mean over all stretches of
   * lags + 1 updates of the outer product of the stretch's sum.
   */
  private double[][] scores() {
    int n = columns.size();
    CounterUpdates some = updates.first(ENOUGH_FOR_NOISE);
    int lags = (int) Math.min(MOST_LAGS, Math.ceil(4 * Math.pow(some.size() / 100.0, 2.0 / 9)));
    double[][] sum = new double[n][n];
    double[][] recent = new double[lags + 1][n];
    double[] stretch = new double[n];
    some.forEachRow(
        columns,
        sensor,
        (i, x, y) -> {
          double error = y - dot(x, solution.watts());
          double[] score = recent[i % (lags + 1)];
          for (int c = 0; c < n; c++) {
            stretch[c] += x[c] * error - score[c];
            score[c] = x[c] * error;
          }
          addSquare(stretch, sum);
        });
    for (int back = 1; back <= lags; back++) {
      double[] oldest = recent[(some.size() + back - 1) % (lags + 1)];
      for (int c = 0; c < n; c++) {
        stretch[c] -= oldest[c];
      }
      addSquare(stretch, sum);
    }
    double freedom = (double) some.size() / Math.max(1, some.size() - n);
    double scale = freedom * updates.size() / some.size() / (lags + 1);
    for (int a = 0; a < n; a++) {
      for (int b = 0; b <= a; b++) {
        sum[a][b] *= scale;
        sum[b][a] = sum[a][b];
      }
    }
    return sum;
  }

  private static void addSquare(double[] vector, double[][] lower) {
    for (int a = 0; a < vector.length; a++) {
      if (vector[a] != 0) {
        for (int b = 0; b <= a; b++) {
          lower[a][b] += vector[a] * vector[b];
        }
      }
    }
  }

  private static double variance(RealMatrix covariance, double[] weights) {
    return Math.max(0, dot(weights, covariance.operate(weights)));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double square(double x) {
    return x * x;
  }
}
