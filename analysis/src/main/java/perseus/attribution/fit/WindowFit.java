package perseus.attribution.fit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import perseus.attribution.activity.Activity;
import perseus.attribution.phase.PhaseConditions;
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
 * of its mean duration t and the mean power of its parts: E = w p with known weights w.
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
 * of its parameters. {@link HeldOut} tests how well fitted powers predict other readings.
 *
 * <p>Complexity: O(N + U C^2) time for N instructions, U readings and C columns, plus about ten
 * solutions of the normal equations, which take O(C^3) time each.
 *
 * <p>Limits: the errors of the powers, of the sensor's parameters and of the mean durations are
 * assumed to be independent.
 */
public final class WindowFit {
  static final int FOLDS = 5;

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

  /** Errors of the powers that are fitted to this window alone; null until they are needed. */
  private PowerCovariance covariance;

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
    samples = sensor.samples() == null ? null : SampleReadings.of(window.segments(), sensor);
    List<Readings> sensors = samples == null ? List.of(updates) : List.of(updates, samples);
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
    Readings doubtful = samples == null ? null : SampleReadings.doubtful(window.segments(), sensor);
    readings = WeightedReadings.of(sensors, doubtful, plain, sensor, FOLDS);
    LimitedColumns limited =
        Double.isNaN(limitWatts)
            ? null
            : LimitedColumns.of(readings.certain(), sensor, plain, limitWatts);
    columns = limited == null ? plain : limited.best();
    alternative = limited == null ? null : limited.alternative();
    solver = new PowerSolver(columns);
    folds = readings.foldSums(columns, sensor, FOLDS);
    sums = CrossValidation.total(folds);
    solution = solver.solve(sums);
  }

  private WindowFit(WindowFit first, List<SharedPowers.Known> known) {
    window = first.window;
    sensor = first.sensor;
    columns = first.columns;
    alternative = first.alternative;
    updates = first.updates;
    samples = first.samples;
    readings = first.readings;
    folds = first.folds;
    sums = first.sums;
    covariance = first.covariance;
    solver = new PowerSolver(columns, known);
    solution = solver.solve(sums);
  }

  /** Fits the powers again, to the same readings and to further equations of the powers. */
  WindowFit with(List<SharedPowers.Known> known) {
    return new WindowFit(this, known);
  }

  PowerColumns columns() {
    return columns;
  }

  double frequencyMhz() {
    return window.frequencyMhz();
  }

  /** Returns a weighted sum of the fitted powers, in watts. */
  double watts(double[] weights) {
    return NormalEquations.dot(weights, solution.watts());
  }

  /**
   * Returns the standard error in watts of a weighted sum of the powers that are fitted to this
   * window alone, as far as it comes from noise of the readings.
   */
  double stderrWatts(double[] weights) {
    if (covariance == null) {
      covariance = PowerCovariance.of(readings, columns, sensor, sums, solver, solution);
    }
    return Math.sqrt(covariance.variance(weights));
  }

  /** Returns the share of a kind of instruction in the energy of the window. */
  double energyShare(int kind) {
    Window.Durations durations = window.durations(columns.kinds().get(kind));
    double[] instance = MeanTimes.of(window, columns).instance(kind, durations.mean());
    return watts(instance) * durations.count() / (sums.meanWatts() * window.seconds());
  }

  /** Returns the number of readings from which powers are fitted; 0 if no powers were fitted. */
  public int readings() {
    return readings == null ? 0 : readings.size();
  }

  /** Returns the number of powers that were fitted. */
  public int powers() {
    return columns.size();
  }

  /** Passes each counter update with its measured and its fitted power. */
  public void forEachUpdate(Readings.Fitted reading) {
    updates.forEachFitted(columns, sensor, solution.watts(), reading);
  }

  /** Passes each power sample with its measured and its fitted power. */
  public void forEachSample(Readings.Fitted reading) {
    if (samples != null) {
      samples.forEachFitted(columns, sensor, solution.watts(), reading);
    }
  }

  /** Passes each power sample; each counter update if there are no samples. */
  public void forEachReading(Readings.Fitted reading) {
    if (samples != null && samples.size() > 0) {
      forEachSample(reading);
    } else {
      forEachUpdate(reading);
    }
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
        Math.max(errors.variance(blocking), covariance == null ? 0 : square(stderrWatts(blocking)))
            + square(BlockingErrors.ofTimes(window, watts, busyWatts, blockingSeconds))
            + square(BlockingErrors.ofExcess(watts, typical));
    HeldOut heldOut =
        HeldOut.of(
            updates.size() > 0 ? updates : samples,
            folds,
            sums,
            solver,
            columns,
            sensor,
            readings.channels().size() == 1 && sensor.reversedErrorShare() == 0);
    return new WindowEnergy(
        window.frequencyMhz(),
        List.copyOf(typical),
        List.copyOf(special),
        watts,
        Math.sqrt(blockingVariance),
        blockingSeconds,
        updates.size() > 0 ? updates.size() : samples.size(),
        heldOut.r2(),
        heldOut.residualShare(),
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
   * @param conditions how the phase differs from the window of this fit
   * @throws perseus.io.UserError if the phase holds an instruction whose power was not fitted, or
   *     too few updates of the counter
   */
  public PhaseEnergy predict(
      int rank, Segment phase, List<Deviation> deviations, PhaseConditions conditions) {
    PhaseEnergy energy =
        new PhaseFit(window, columns, sensor, solution.watts(), conditions)
            .of(rank, phase, errors(deviations));
    if (alternative == null) {
      return energy;
    }
    double[] watts = new PowerSolver(alternative).solve(readings.sums(alternative, sensor)).watts();
    double predicted = new PhaseFit(window, alternative, sensor, watts, conditions).joules(phase);
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
