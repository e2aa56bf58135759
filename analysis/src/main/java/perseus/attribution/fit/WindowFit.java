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
 * Fits the blocking (waiting) power and the powers of all instructions of one rank at one
 * frequency. Computes the energies of the instructions and all standard errors from the fitted
 * powers. The parameters of the energy counter (sensor) must be known.
 *
 * <p>Problem: for each counter update i, {@link CounterUpdates} computes a row (x_i, y_i) with y_i
 * = x_i p + noise. In this row, x_i holds times in seconds, y_i is an energy in joules, and p holds
 * the unknown powers in watts. The task is to find the powers, the energy of each kind of
 * instruction, and the standard errors of these energies. The energy E of a kind of instruction is
 * the product of its mean duration t and the mean power of its parts. So the energy E equals w p,
 * where p holds the powers and w is a vector of known weights.
 *
 * <p>Method: {@link PowerSolver} finds the powers p. {@link PowerCovariance} estimates the
 * covariance matrix C of the errors of the powers p. Let L be the lag of the sensor. The variance
 * of the energy E has three terms, for the errors of the powers p, the lag L and the mean duration
 * t:
 *
 * <pre>
 *   w C w^T + (dE/dL stderr(L))^2 + (E/t stderr(t))^2
 * </pre>
 *
 * <p>The derivative dE/dL of the energy with respect to the lag is computed as a finite difference.
 * {@link CrossValidation} tests how well fitted powers predict updates that were not used for the
 * fit. The result of this test is stated as R^2 (coefficient of determination).
 *
 * <p>Complexity: computing the rows takes O(U + N) time for U updates and N instructions. Adding U
 * rows to the normal equations of C columns takes O(U C^2) time. The normal equations are solved
 * eight times, and each solution takes O(C^3) time for C columns.
 *
 * <p>Limits: the errors of the powers, of the lag and of the mean durations are assumed to be
 * independent.
 */
public final class WindowFit {
  private static final int FOLDS = 5;

  /**
   * Change of the lag in seconds that is used to compute the derivatives of the powers with respect
   * to the lag.
   */
  private static final double LAG_STEP_SECONDS = 1e-3;

  /** Maximum number of updates from which derivatives with respect to the lag are computed. */
  private static final int UPDATES_FOR_DERIVATIVES = 1000;

  /**
   * Minimum number of updates per fitted power. With fewer updates per power, R^2 (coefficient of
   * determination) is not computed.
   */
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
   * Fits the powers of one rank at one frequency.
   *
   * @param window recorded data of one rank at one frequency
   * @param sensor known parameters of the energy counter
   * @param parts number of parts of equal length into which each kind of instruction is divided; a
   *     kind that is not in the map has 1 part
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

  /**
   * Returns the number of counter updates from which the powers are fitted; 0 if no powers were
   * fitted.
   */
  public int updates() {
    return updates.size();
  }

  /** Returns the number of powers that were fitted. */
  public int powers() {
    return columns.size();
  }

  /**
   * Calls {@code update.accept} once for each counter update, with its measured energy and its
   * fitted energy.
   */
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

  /**
   * Receives the measured energy and the fitted energy of counter updates, one update in each call.
   */
  @FunctionalInterface
  public interface FittedUpdate {
    /**
     * Receives the times and energies of one counter update. The lag of the sensor is subtracted
     * from {@code start} and {@code end}.
     *
     * @param start Unix time in seconds at which the GPU began to use the energy of the update
     * @param end Unix time in seconds at which the GPU had used all energy of the update
     * @param measuredJoules rise of the energy counter in the update, in joules
     * @param fittedJoules energy that the fitted powers predict for the update, in joules
     */
    void accept(double start, double end, double measuredJoules, double fittedJoules);
  }

  /**
   * Returns the coefficient of determination (R^2) with which fitted powers predict updates that
   * were not used for the fit. The energies of each fold (group of updates) are predicted with
   * powers that are fitted to the other folds. The powers are fitted to whitened rows (rows with
   * independent errors), but predict the measured rows. Returns NaN if the window has too few
   * updates per fitted power.
   */
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
   * Computes the energies of the rank at this frequency, and their standard errors.
   *
   * @param lagStderrSeconds standard error of the sensor's lag, in seconds
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

  /**
   * Returns the energy by which the counter rose during all segments (time spans) of the window, in
   * joules. The lag of the sensor is added to the start and end of each segment, and the counter is
   * interpolated at these two shifted times.
   */
  private double counterJoules() {
    double joules = 0;
    for (Segment segment : window.segments()) {
      joules +=
          segment.energy().energyAt(segment.end() + sensor.lagSeconds())
              - segment.energy().energyAt(segment.start() + sensor.lagSeconds());
    }
    return joules;
  }

  /** Returns the derivative of each fitted power with respect to the lag of the sensor, in W/s. */
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
