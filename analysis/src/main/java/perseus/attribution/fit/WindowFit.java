package perseus.attribution.fit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.attribution.sensor.Sensor;
import perseus.pipeline.Instruction;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * The powers of one rank at one frequency for a known sensor, and the energies that follow.
 *
 * <p>Problem: the rows (x_i, y_i) of {@link CounterUpdates} satisfy y_i = x_i p + noise. Find the
 * powers p, and for each kind of instruction its energy and the standard error of its energy. The
 * energy of a kind is its mean duration times the mean power of its parts, a linear function w p.
 *
 * <p>Method: {@link PowerSolver} finds p. With the covariance C of the errors of p ({@link
 * PowerCovariance}), the lag L and the mean duration t, the variance of an energy E is
 *
 * <pre>
 *   w C w^T + (dE/dL stderr(L))^2 + (E/t stderr(t))^2
 * </pre>
 *
 * where dE/dL is a finite difference. R^2 is computed by {@link CrossValidation}.
 *
 * <p>Complexity: O(updates + instructions) overlaps, O(updates columns^2) for the sums and
 * O(columns^3) for each of its eight solves. Limits: the three errors are taken to be independent.
 */
public final class WindowFit {
  private static final int FOLDS = 5;

  /** Step of finite differences by the lag, in seconds. */
  private static final double LAG_STEP_SECONDS = 1e-3;

  /** Number of updates that suffice for derivatives by the lag. */
  private static final int UPDATES_FOR_DERIVATIVES = 1000;

  /** Minimum number of updates for each power to compute R^2 on held-out updates. */
  private static final int UPDATES_PER_POWER_FOR_R2 = 4;

  private final Window window;
  private final PowerColumns columns;
  private final CounterUpdates updates;
  private final NormalEquations[] folds;
  private final NormalEquations sums;
  private final PowerSolver solver;
  private final PowerSolver.Solution solution;
  private final Sensor sensor;

  /**
   * Fits the powers of a window.
   *
   * @param parts number of parts of equal length of each kind of instruction; 1 where absent
   */
  public WindowFit(Window window, Sensor sensor, Map<Instruction, Integer> parts) {
    this.window = window;
    this.sensor = sensor;
    columns = PowerColumns.of(window.kinds(), kind -> parts.getOrDefault(kind, 1));
    updates =
        CounterUpdates.of(
            window.segments(),
            sensor.lagSeconds() - LAG_STEP_SECONDS,
            sensor.lagSeconds() + LAG_STEP_SECONDS);
    folds = CrossValidation.foldSums(updates, columns, sensor, FOLDS);
    sums = CrossValidation.total(folds);
    solver = new PowerSolver(columns);
    solution = updates.size() > 0 ? solver.solve(sums) : null;
  }

  /** Number of updates of the window; with 0 there is no fit. */
  public int updates() {
    return updates.size();
  }

  /** Number of powers that were fitted. */
  public int powers() {
    return columns.size();
  }

  /** Passes the measured and the fitted energy of each update to {@code update}. */
  public void forEachUpdate(FittedUpdate update) {
    updates.forEachMeasuredRow(
        columns,
        sensor,
        (i, x, y) ->
            update.accept(
                updates.start(i) - sensor.lagSeconds(),
                updates.end(i) - sensor.lagSeconds(),
                y,
                NormalEquations.dot(x, solution.watts())));
  }

  /** Receives the measured and the fitted energy of updates. */
  @FunctionalInterface
  public interface FittedUpdate {
    /**
     * Receives one update.
     *
     * @param start when its energy began to be used, in epoch seconds: the lag is subtracted
     * @param end when its energy had been used, in epoch seconds: the lag is subtracted
     * @param measuredJoules rise of the counter
     * @param fittedJoules energy that the fitted powers predict
     */
    void accept(double start, double end, double measuredJoules, double fittedJoules);
  }

  /** R^2 of predicting the measured rows of each fold from the whitened rows of the others. */
  private double heldOutR2() {
    if (sums.rows() < UPDATES_PER_POWER_FOR_R2 * columns.size()) {
      return Double.NaN;
    }
    NormalEquations[] measured =
        sensor.reversedErrorShare() == 0
            ? folds
            : CrossValidation.foldSums(updates, columns, sensor.withReversedErrorShare(0), FOLDS);
    NormalEquations all = measured == folds ? sums : CrossValidation.total(measured);
    return 1
        - CrossValidation.heldOutSquares(folds, sums, columns, measured) / all.squaredDeviations();
  }

  /**
   * Computes the energies of the window.
   *
   * @param lagStderrSeconds standard error of the sensor's lag
   */
  public WindowEnergy energy(double lagStderrSeconds) {
    PowerCovariance covariance =
        PowerCovariance.of(updates, columns, sensor, sums, solver, solution);
    double[] byLag = derivativeByLag();
    List<InstructionEnergy> energies = new ArrayList<>();
    double busySeconds = 0;
    for (int k = 0; k < columns.kinds().size(); k++) {
      Window.Durations durations = window.durations(columns.kinds().get(k));
      double[] weights = new double[columns.size()];
      for (int part = 0; part < columns.parts(k); part++) {
        weights[columns.firstColumn(k) + part] = durations.mean() / columns.parts(k);
      }
      double joules = NormalEquations.dot(weights, solution.watts());
      double stderrByDuration = joules / durations.mean() * durations.stderr();
      double variance =
          covariance.variance(weights)
              + square(NormalEquations.dot(weights, byLag) * lagStderrSeconds)
              + (Double.isNaN(stderrByDuration) ? 0 : square(stderrByDuration));
      energies.add(
          new InstructionEnergy(columns.kinds().get(k), durations, joules, Math.sqrt(variance)));
      busySeconds += durations.total();
    }
    double[] blocking = new double[columns.size()];
    blocking[PowerColumns.BLOCKING] = 1;
    return new WindowEnergy(
        window.frequencyMhz(),
        List.copyOf(energies),
        solution.watts()[PowerColumns.BLOCKING],
        Math.sqrt(
            covariance.variance(blocking)
                + square(byLag[PowerColumns.BLOCKING] * lagStderrSeconds)),
        window.seconds() - busySeconds,
        updates.size(),
        heldOutR2(),
        counterJoules());
  }

  /** Rise of the counter over the segments of the window, read later by the sensor's lag. */
  private double counterJoules() {
    double joules = 0;
    for (Segment segment : window.segments()) {
      joules +=
          segment.energy().energyAt(segment.end() + sensor.lagSeconds())
              - segment.energy().energyAt(segment.start() + sensor.lagSeconds());
    }
    return joules;
  }

  /** Derivative of each power by the lag, in W/s. */
  private double[] derivativeByLag() {
    double[] later = wattsAt(sensor.lagSeconds() + LAG_STEP_SECONDS);
    double[] earlier = wattsAt(sensor.lagSeconds() - LAG_STEP_SECONDS);
    for (int i = 0; i < later.length; i++) {
      later[i] = (later[i] - earlier[i]) / (2 * LAG_STEP_SECONDS);
    }
    return later;
  }

  private double[] wattsAt(double lagSeconds) {
    NormalEquations shifted = new NormalEquations(columns.size());
    updates
        .first(UPDATES_FOR_DERIVATIVES)
        .forEachWhitenedRow(columns, sensor.withLag(lagSeconds), (i, x, y) -> shifted.add(x, y));
    return solver.solve(shifted).watts();
  }

  private static double square(double x) {
    return x * x;
  }
}
