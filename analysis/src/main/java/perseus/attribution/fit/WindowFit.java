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
import perseus.attribution.sensor.PowerLimit;
import perseus.attribution.sensor.Sensor;
import perseus.pipeline.Instruction;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Fits the blocking power and the powers of all instructions of one rank at one frequency. Computes
 * the energies of the instructions, and their standard errors, from the fitted powers. The lag and
 * smoothing of the sensors must be known.
 *
 * <p>Problem: find the powers, and the energy of each instruction with its standard error.
 *
 * <pre>
 *   y_i = x_i p + noise    for each reading i of a sensor ({@link Readings})
 *   E = w p                energy of an instruction (J)
 *   variance of E = w C w^T + sum_d (E_d - E)^2 + (E/t stderr(t))^2
 *     x_i  seconds of reading i at each power
 *     y_i  energy of reading i (J)
 *     p    unknown powers (W), with the covariance matrix C of their errors
 *     w    seconds of a mean instance at each power
 *     E_d  energy with a sensor that deviates by one standard error
 *     t    mean duration of the instruction (s)
 * </pre>
 *
 * <p>Method: {@link PowerSolver} fits the powers to the energy counter and the power samples
 * together. The class {@link PowerCovariance} estimates the covariance matrix of the errors of the
 * powers. The class {@link CrossValidation.HeldOut} tests how well fitted powers predict readings
 * that were not used for the fit.
 *
 * <p>Complexity: O(N + U C^2 + C^3) time for N instructions, U readings and C unknown powers.
 *
 * <p>Limits: the errors of the powers, of the sensor and of the mean durations are assumed to be
 * independent.
 */
public final class WindowFit {
  static final int FOLDS = 5;

  final Window window;
  final PowerColumns columns;
  private final PowerColumns alternative;
  private final CounterUpdates updates;
  private final SampleReadings samples;
  final WeightedReadings readings;
  private final NormalEquations[] folds;
  private final NormalEquations sums;
  final List<NormalEquations> channelSums;
  private final PowerSolver solver;
  private final PowerSolver.Solution solution;
  final Sensor sensor;

  /** Errors of the powers; null before the first use. */
  private PowerCovariance covariance;

  /**
   * Fits the powers of one rank at one frequency.
   *
   * @param window recorded data of one rank at one frequency
   * @param sensor lag and smoothing of the sensors
   * @param model activities with separate powers
   * @param limitWatts mean power at the GPU's power limit in watts; NaN if it is unknown or the
   *     limit lowered no power
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
      channelSums = List.of();
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
    List<NormalEquations[]> known = limited == null ? List.of() : limited.bestFolds();
    List<NormalEquations[]> ofChannels = readings.channelFolds(columns, sensor, FOLDS, known);
    channelSums = ofChannels.stream().map(CrossValidation::total).toList();
    folds = readings.weighted(ofChannels, columns, FOLDS);
    sums = CrossValidation.total(folds);
    solution = solver.solve(sums);
  }

  /** Fits the powers of one rank at each frequency, highest frequency first. */
  public static List<WindowFit> ofEach(RankRecording rank, Sensor sensor, PowerModel model) {
    return rank.windows().stream()
        .map(window -> new WindowFit(window, sensor, model, PowerLimit.watts(rank, window)))
        .toList();
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
    channelSums = first.channelSums;
    covariance = first.covariance;
    solver = new PowerSolver(columns, known);
    solution = solver.solve(sums);
  }

  /** Fits the powers of the rank again to the same readings and to further equations. */
  WindowFit with(List<SharedPowers.Known> known) {
    return new WindowFit(this, known);
  }

  public Window window() {
    return window;
  }

  double watts(double[] weights) {
    return NormalEquations.dot(weights, solution.watts());
  }

  /**
   * Returns the standard error in watts of a weighted sum of the powers, from the noise of the
   * readings alone.
   */
  double stderrWatts(double[] weights) {
    if (covariance == null) {
      covariance = PowerCovariance.of(readings, columns, sensor, sums, solver, solution);
    }
    return Math.sqrt(covariance.variance(weights));
  }

  /** Returns the fraction of the recorded energy that an instruction used. */
  double energyShare(int kind) {
    Window.Durations durations = window.durations(columns.kinds().get(kind));
    double[] instance = MeanTimes.of(window, columns).instance(kind, durations.mean());
    return watts(instance) * durations.count() / (sums.meanWatts() * window.seconds());
  }

  /** Returns the weight of each unknown power in the mean power of an instruction. */
  double[] meanPower(int kind) {
    return MeanTimes.of(window, columns)
        .power(kind, window.durations(columns.kinds().get(kind)).mean());
  }

  /** Returns the number of readings to which the powers are fitted; 0 if no powers were fitted. */
  public int readings() {
    return readings == null ? 0 : readings.size();
  }

  /** Returns the number of powers that were fitted. */
  public int powers() {
    return columns.size();
  }

  /** Calls {@code reading} with the measured and the fitted power of each counter update. */
  public void forEachUpdate(Readings.Fitted reading) {
    updates.forEachFitted(columns, sensor, solution.watts(), reading);
  }

  /** Calls {@code reading} with the measured and the fitted power of each power sample. */
  public void forEachSample(Readings.Fitted reading) {
    if (samples != null) {
      samples.forEachFitted(columns, sensor, solution.watts(), reading);
    }
  }

  /**
   * Calls {@code reading} with each power sample, or with each counter update if there are no
   * samples.
   */
  public void forEachReading(Readings.Fitted reading) {
    if (samples != null && samples.size() > 0) {
      forEachSample(reading);
    } else {
      forEachUpdate(reading);
    }
  }

  /**
   * Computes the energies of the rank at the frequency of the fit, and their standard errors.
   *
   * @param deviations sensors whose lag or smoothing deviates by one standard error
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
    double counterJoules = CounterUpdates.joules(window.segments(), sensor);
    double busyWatts = (counterJoules - watts * blockingSeconds) / busySeconds;
    double blockingVariance =
        Math.max(errors.variance(blocking), covariance == null ? 0 : square(stderrWatts(blocking)))
            + square(BlockingErrors.ofTimes(window, watts, busyWatts, blockingSeconds))
            + square(BlockingErrors.ofExcess(watts, typical));
    CrossValidation.HeldOut heldOut =
        CrossValidation.HeldOut.of(
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
   * Predicts the increase of the rank's energy counter in another phase of the job.
   *
   * @param rank global rank
   * @param phase instructions and counter readings of the predicted phase
   * @param deviations sensors whose lag or smoothing deviates by one standard error
   * @param conditions differences between the predicted phase and the phase to which the powers
   *     were fitted
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

  private static double square(double x) {
    return x * x;
  }
}
