package perseus.attribution.fit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import perseus.attribution.activity.Activity;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.PhaseEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.attribution.sensor.Deviation;
import perseus.attribution.sensor.Sensor;
import perseus.pipeline.Instruction;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Fits the blocking (waiting) power and the powers of all instructions of one rank at one
 * frequency. Computes the energies of the instructions and all standard errors from the fitted
 * powers. The parameters of the sensors must be known.
 *
 * <p>Problem: each reading i of a sensor gives a row (x_i, y_i) with y_i = x_i p + noise ({@link
 * Readings}). In this row, x_i holds times in seconds, y_i is an energy in joules, and p holds the
 * unknown powers in watts. The task is to find the powers, the energy of each kind of instruction,
 * and the standard errors of these energies. The energy E of a kind of instruction is the product
 * of its mean duration t and the mean power of its parts. So the energy E equals w p, where p holds
 * the powers and w is a vector of known weights.
 *
 * <p>Method: {@link PowerSolver} finds the powers p from the readings of the energy counter and the
 * power samples together, each sensor weighted by the inverse variance of its residuals. {@link
 * PowerCovariance} estimates the covariance matrix C of the errors of the powers p. The variance of
 * the energy E has three terms, for the errors of the powers p, the errors of the sensor's
 * parameters and the error of the mean duration t:
 *
 * <pre>
 *   w C w^T + sum_d (E_d - E)^2 + (E/t stderr(t))^2
 * </pre>
 *
 * <p>E_d is the energy with a sensor that differs from the best sensor by one standard error of one
 * of its parameters. {@link CrossValidation} tests how well fitted powers predict readings that
 * were not used for the fit. The result of this test is stated as R^2 (coefficient of
 * determination).
 *
 * <p>Complexity: computing the rows takes O(U + N) time for U readings and N instructions. Adding U
 * rows to the normal equations of C columns takes O(U C^2) time. The normal equations are solved
 * about ten times, and each solution takes O(C^3) time for C columns.
 *
 * <p>Limits: the errors of the powers, of the sensor's parameters and of the mean durations are
 * assumed to be independent.
 */
public final class WindowFit {
  private static final int FOLDS = 5;

  /**
   * Minimum number of readings per fitted power. With fewer readings per power, R^2 (coefficient of
   * determination) is not computed.
   */
  private static final int READINGS_PER_POWER_FOR_R2 = 4;

  private final Window window;
  private final PowerColumns columns;
  private final PowerColumns alternative;
  private final CounterUpdates updates;
  private final SampleReadings samples;
  private final WeightedReadings readings;
  private final NormalEquations[] folds;
  private final NormalEquations sums;
  private final PowerSolver solver;
  private final PowerSolver.Solution solution;
  private final Sensor sensor;

  /**
   * Fits the powers of one rank at one frequency.
   *
   * @param window recorded data of one rank at one frequency
   * @param sensor known parameters of the sensors
   * @param model activities with separate powers
   * @param limitWatts mean power of the GPU at its power limit in watts; NaN if it is unknown or
   *     did not lower powers in the window
   */
  public WindowFit(Window window, Sensor sensor, PowerModel model, double limitWatts) {
    this.window = window;
    this.sensor = sensor;
    PowerColumns plain = PowerColumns.of(window.kinds(), model);
    updates = CounterUpdates.of(window.segments(), sensor);
    List<Readings> sensors = new ArrayList<>(List.of(updates));
    if (sensor.samples() == null) {
      samples = null;
    } else {
      double lag = sensor.samples().lagSeconds();
      samples =
          SampleReadings.of(
              window.segments(),
              lag - CounterUpdates.LAG_MARGIN_SECONDS,
              lag + CounterUpdates.LAG_MARGIN_SECONDS + sensor.samples().memorySeconds(),
              Integer.MAX_VALUE);
      sensors.add(samples);
    }
    if (sensors.stream().allMatch(one -> one.size() == 0)) {
      columns = plain;
      alternative = null;
      solver = null;
      readings = null;
      folds = null;
      sums = null;
      solution = null;
      return;
    }
    readings = WeightedReadings.of(sensors, plain, sensor);
    LimitedColumns limited =
        Double.isNaN(limitWatts) ? null : LimitedColumns.of(readings, sensor, plain, limitWatts);
    columns = limited == null ? plain : limited.best();
    alternative = limited == null ? null : limited.alternative();
    solver = new PowerSolver(columns);
    folds = readings.foldSums(columns, sensor, FOLDS);
    sums = CrossValidation.total(folds);
    solution = solver.solve(sums);
  }

  /**
   * Returns the number of readings from which the powers are fitted; 0 if no powers were fitted.
   */
  public int readings() {
    return readings == null ? 0 : readings.size();
  }

  /** Returns the number of powers that were fitted. */
  public int powers() {
    return columns.size();
  }

  /** Passes each counter update with its measured and its fitted power. */
  public void forEachUpdate(FittedReading reading) {
    double lag = sensor.lagSeconds();
    updates.forEachMeasuredRow(
        columns,
        sensor,
        (i, x, y) -> {
          double seconds = updates.end(i) - updates.start(i);
          double fitted = NormalEquations.dot(x, solution.watts()) / seconds;
          reading.accept(updates.start(i) - lag, updates.end(i) - lag, y / seconds, fitted);
        });
  }

  /** Passes each power sample with its measured and its fitted power. */
  public void forEachSample(FittedReading reading) {
    if (samples == null) {
      return;
    }
    double lag = sensor.samples().lagSeconds();
    double period = samples.periodSeconds();
    samples.forEachMeasuredRow(
        columns,
        sensor,
        (i, x, y) -> {
          double fitted = NormalEquations.dot(x, solution.watts()) / period;
          double end = samples.end(i) - lag;
          reading.accept(end - period, end, y / period, fitted);
        });
  }

  /** Passes each power sample; each counter update if there are no samples. */
  public void forEachReading(FittedReading reading) {
    if (samples != null && samples.size() > 0) {
      forEachSample(reading);
    } else {
      forEachUpdate(reading);
    }
  }

  /**
   * Returns how well fitted powers predict readings that were not used for the fit: R^2
   * (coefficient of determination), and the root mean square of the errors as a fraction of the
   * mean reading. The readings of each fold (consecutive readings) are predicted with powers that
   * are fitted to the other folds. The powers are fitted to whitened rows (rows with independent
   * errors), but predict the measured rows of the counter, or of the samples if there is no
   * counter. Returns NaN if the window has too few readings per fitted power.
   */
  private double[] heldOut() {
    Readings predicted = updates.size() > 0 ? updates : samples;
    if (predicted.size() < READINGS_PER_POWER_FOR_R2 * columns.size()) {
      return new double[] {Double.NaN, Double.NaN};
    }
    boolean isFitted = readings.channels().size() == 1 && sensor.reversedErrorShare() == 0;
    NormalEquations[] measured =
        isFitted
            ? folds
            : CrossValidation.foldSums(predicted, columns, sensor.withReversedErrorShare(0), FOLDS);
    NormalEquations all = isFitted ? sums : CrossValidation.total(measured);
    double squares = CrossValidation.heldOutSquares(folds, sums, columns, measured);
    return new double[] {
      1 - squares / all.squaredDeviations(), Math.sqrt(squares / all.sumOfSquares())
    };
  }

  /**
   * Computes the energies of the rank at this frequency, and their standard errors.
   *
   * @param deviations sensors that differ from the sensor of this fit by one standard error each
   */
  public WindowEnergy energy(List<Deviation> deviations) {
    PowerErrors errors = errors(deviations);
    MeanTimes times = MeanTimes.of(window, columns);
    List<InstructionEnergy> typical = new ArrayList<>();
    List<InstructionEnergy> special = new ArrayList<>();
    double busySeconds = 0;
    int[] columnOfActivity = columns.indicesOf(window.kinds());
    for (int k = 0; k < columns.kinds().size(); k++) {
      int kind = k;
      List<Instruction> activities =
          IntStream.range(0, columnOfActivity.length)
              .filter(a -> columnOfActivity[a] == kind)
              .mapToObj(a -> window.kinds().get(a))
              .toList();
      Window.Durations durations = window.durations(activities::contains);
      double[] weights = times.instance(k, durations.mean());
      double joules = NormalEquations.dot(weights, solution.watts());
      double stderrByDuration = joules / durations.mean() * durations.stderr();
      double variance =
          errors.variance(weights)
              + (Double.isNaN(stderrByDuration) ? 0 : square(stderrByDuration));
      Instruction instruction = columns.kinds().get(k);
      (Activity.isSpecial(instruction) ? special : typical)
          .add(new InstructionEnergy(instruction, durations, joules, Math.sqrt(variance)));
      busySeconds += durations.total();
    }
    double[] blocking = new double[columns.size()];
    blocking[PowerColumns.BLOCKING] = 1;
    double blockingSeconds = window.seconds() - busySeconds;
    double watts = solution.watts()[PowerColumns.BLOCKING];
    double counterJoules = counterJoules();
    double busyWatts = (counterJoules - watts * blockingSeconds) / busySeconds;
    double blockingVariance =
        errors.variance(blocking)
            + square(BlockingErrors.ofTimes(window, watts, busyWatts, blockingSeconds))
            + square(BlockingErrors.ofExcess(watts, typical));
    double[] heldOut = heldOut();
    return new WindowEnergy(
        window.frequencyMhz(),
        List.copyOf(typical),
        List.copyOf(special),
        watts,
        Math.sqrt(blockingVariance),
        blockingSeconds,
        updates.size() > 0 ? updates.size() : samples.size(),
        heldOut[0],
        heldOut[1],
        counterJoules,
        columns.powerAtLimit(solution.watts()));
  }

  private PowerErrors errors(List<Deviation> deviations) {
    return PowerErrors.of(readings, columns, sensor, sums, solver, solution, deviations);
  }

  /**
   * Predicts the increase of the energy counter of the same rank in another phase of the job.
   *
   * @param rank global rank
   * @param phase instructions and counter of the other phase
   * @param deviations sensors that differ from the sensor of this fit by one standard error each
   * @throws perseus.io.UserError if the phase holds an instruction whose power was not fitted, or
   *     too few updates of the counter
   */
  public PhaseEnergy predict(int rank, Segment phase, List<Deviation> deviations) {
    PhaseEnergy energy =
        new PhaseFit(window, columns, sensor, solution.watts()).of(rank, phase, errors(deviations));
    if (alternative == null) {
      return energy;
    }
    double[] watts = new PowerSolver(alternative).solve(readings.sums(alternative, sensor)).watts();
    double predicted = new PhaseFit(window, alternative, sensor, watts).joules(phase);
    return energy.times(1, predicted / energy.predictedJoules() - 1);
  }

  /**
   * Returns the energy by which the counter rose during all segments (time spans) of the window, in
   * joules. The mean delay of the sensor is added to the start and end of each segment, and the
   * counter is interpolated at these two shifted times.
   */
  private double counterJoules() {
    double delay = sensor.counter().meanDelaySeconds();
    double joules = 0;
    for (Segment segment : window.segments()) {
      joules +=
          segment.energy().energyAt(segment.end() + delay)
              - segment.energy().energyAt(segment.start() + delay);
    }
    return joules;
  }

  private static double square(double x) {
    return x * x;
  }
}
