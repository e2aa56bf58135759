package perseus.attribution.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import perseus.attribution.phase.PhaseConditions;
import perseus.attribution.phase.PhaseWaits;
import perseus.attribution.result.PhaseEnergy;
import perseus.attribution.sensor.Budget;
import perseus.attribution.sensor.Sensor;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Predicts the increase of a rank's energy counter in another phase of the job, with fitted powers.
 *
 * <p>Method: the predicted energy of a counter update is the sum of the times at each power,
 * multiplied by the powers. If an instance of an instruction takes unusually long, the time beyond
 * its mean duration counts as waiting.
 *
 * <p>The variance of the predicted energy is the sum of the squares of several standard errors:
 *
 * <ul>
 *   <li>A standard error comes from the errors of the fitted powers ({@link PowerErrors}).
 *   <li>A standard error is half of the change in energy that comes from changed mean durations of
 *       instructions. A mean duration counts as unchanged if it changes by less than one standard
 *       deviation of the recorded durations.
 *   <li>A standard error is {@link #BUDGET_ERROR} times the change in energy above the power limit
 *       ({@link Budget}).
 *   <li>A standard error is {@link #WAITING_ERROR} times the energy of additional or missing
 *       waiting time. The power of a waiting GPU depends on the reason of the wait. An H200 draws
 *       130 to 160 W while it waits in an NCCL receive, and 122 W if no CUDA kernel runs.
 *   <li>If the mean SM clock differs by a factor r between the phases, powers below the power limit
 *       are multiplied by r^e with e = {@link #CLOCK_EXPONENT}. The exponent e has the standard
 *       error {@link #CLOCK_EXPONENT_ERROR}, for all computations.
 *   <li>If the blocking power of other ranks is used for long waits ({@link PhaseWaits}), the
 *       standard error of this power is added.
 *   <li>A standard error is the difference between predictions with and without powers that the
 *       power limit lowers ({@link WindowFit#predict}).
 *   <li>A standard error is {@link #OTHER_ERROR} times the predicted energy, for all differences
 *       between the phases that are not modelled.
 * </ul>
 *
 * <p>Complexity: O((updates + instructions) C) time for C unknown powers.
 */
final class PhaseFit {
  /** Relative standard error of a change in the energy above the power limit. */
  private static final double BUDGET_ERROR = 0.25;

  /** Relative standard error of the energy of additional waiting time. */
  private static final double WAITING_ERROR = 0.25;

  /**
   * Exponent e of the SM clock f: if a power limit lowers the clock a little, the power of a
   * computation is proportional to f^e. Four recordings of H200 GPUs, whose clocks differed by 5 to
   * 8 %, had exponents of -0.4 to 3.9. The power of a processor whose voltage follows its clock has
   * an exponent of about 3, and the power of memory has the exponent 0.
   */
  private static final double CLOCK_EXPONENT = 1.5;

  private static final double CLOCK_EXPONENT_ERROR = 1.5;

  /**
   * Relative standard error of the predicted energy for all differences between the phases that are
   * not modelled.
   */
  private static final double OTHER_ERROR = 0.01;

  private final Window window;
  private final PowerColumns columns;
  private final Sensor sensor;
  private final PhaseConditions conditions;
  private final double[] watts;

  /**
   * @param fitted powers that were fitted to {@code window}, in watts
   */
  PhaseFit(
      Window window,
      PowerColumns columns,
      Sensor sensor,
      double[] fitted,
      PhaseConditions conditions) {
    this.window = window;
    this.columns = columns;
    this.sensor = sensor;
    this.conditions = conditions;
    watts = fitted.clone();
    double factor = Math.exp(CLOCK_EXPONENT * conditions.likelyLogClock());
    for (int c : columns.instructions()) {
      if (!columns.isLimited(c)) {
        watts[c] *= factor;
      }
    }
  }

  /** Accumulates measured and predicted energy over at least one second. */
  private static final class Second {
    private double seconds;
    private double joules;
    private double predicted;

    private double squaredDifference() {
      double difference = (predicted - joules) / seconds;
      return difference * difference;
    }
  }

  PhaseEnergy of(int rank, Segment phase, PowerErrors errors) {
    requireKnown(phase);
    double[] times = new double[columns.size()];
    List<Second> seconds = new ArrayList<>(List.of(new Second()));
    CounterUpdates updates = updates(phase);
    double[] longWaits = longWaits(phase, updates.size());
    double[] waited = {0};
    updates.forEachMeasuredRow(
        columns,
        sensor,
        (i, x, y) -> {
          Second last = seconds.get(seconds.size() - 1);
          if (last.seconds >= 1) {
            last = new Second();
            seconds.add(last);
          }
          last.seconds += updates.end(i) - updates.start(i);
          last.joules += y;
          last.predicted += NormalEquations.dot(x, watts) + wattsOfOthers() * longWaits[i];
          waited[0] += longWaits[i];
          for (int c = 0; c < times.length; c++) {
            times[c] += x[c];
          }
        });
    double measured = seconds.stream().mapToDouble(second -> second.joules).sum();
    if (!(measured > 0)) {
      throw new UserError(
          phase.energy().file()
              + " shows no increase of the energy counter during the instructions of "
              + phase.instructions().file()
              + ".");
    }
    double length = seconds.stream().mapToDouble(second -> second.seconds).sum();
    double predicted = NormalEquations.dot(times, watts) + wattsOfOthers() * waited[0];
    double squares =
        seconds.stream()
            .filter(second -> second.seconds >= 1 || seconds.size() == 1)
            .mapToDouble(Second::squaredDifference)
            .average()
            .orElseThrow();
    double stderr =
        Math.sqrt(
            errors.variance(times)
                + square(durationError(phase))
                + square(budgetError(times))
                + square(waitingError(times))
                + square(errorOfOthers() * waited[0])
                + square(clockError(times))
                + square(OTHER_ERROR * predicted));
    return new PhaseEnergy(
        rank,
        window.frequencyMhz(),
        length,
        measured,
        predicted,
        stderr,
        Math.sqrt(squares) * length / measured);
  }

  /** Returns the predicted increase of the energy counter in joules. */
  double joules(Segment phase) {
    double[] sum = {0};
    CounterUpdates updates = updates(phase);
    double[] longWaits = longWaits(phase, updates.size());
    updates.forEachMeasuredRow(
        columns,
        sensor,
        (i, x, y) -> sum[0] += NormalEquations.dot(x, watts) + wattsOfOthers() * longWaits[i]);
    return sum[0];
  }

  private CounterUpdates updates(Segment phase) {
    return CounterUpdates.of(List.of(PhaseWaits.withoutStalls(window, phase)), sensor);
  }

  /**
   * Returns the time of long waits in each counter update of the phase, in seconds. The returned
   * times are 0 if the fitted blocking power of the rank is used for long waits.
   */
  private double[] longWaits(Segment phase, int updates) {
    double[] seconds = new double[updates];
    if (conditions.blocking() != null) {
      Segment longOnly = PhaseWaits.withoutShort(PhaseWaits.withoutStalls(window, phase));
      CounterUpdates.of(List.of(longOnly), sensor)
          .forEachMeasuredRow(columns, sensor, (i, x, y) -> seconds[i] = x[PowerColumns.BLOCKING]);
    }
    return seconds;
  }

  /**
   * Returns the blocking power of other ranks minus the fitted blocking power of this rank; 0 if
   * the fitted blocking power is used.
   */
  private double wattsOfOthers() {
    return conditions.blocking() == null
        ? 0
        : conditions.blocking().watts() - watts[PowerColumns.BLOCKING];
  }

  private double errorOfOthers() {
    return conditions.blocking() == null ? 0 : conditions.blocking().stderrWatts();
  }

  private void requireKnown(Segment phase) {
    for (Instruction kind : phase.instructions().kinds()) {
      if (!columns.kinds().contains(kind)) {
        throw new UserError(
            "%s contains %s, which was not recorded at %d MHz, so its power is unknown."
                .formatted(phase.instructions().file(), kind.name(), window.frequencyMhz()));
      }
    }
  }

  private double durationError(Segment phase) {
    Window other = new Window(window.frequencyMhz(), List.of(phase), 1);
    MeanTimes times = MeanTimes.of(window, columns);
    double error = 0;
    for (Instruction kind : phase.instructions().kinds()) {
      Window.Durations inWindow = window.durations(kind);
      double usual = inWindow.mean();
      Window.Durations found = other.durations(kind);
      double joules =
          NormalEquations.dot(times.instance(columns.kinds().indexOf(kind), usual), watts);
      double difference =
          Math.max(0, Math.abs(found.mean() - usual) - PhaseWaits.deviation(inWindow));
      error += difference / usual * joules * found.count() / 2;
    }
    return error;
  }

  private double waitingError(double[] times) {
    double busy = 0;
    for (Instruction kind : columns.kinds()) {
      busy += window.durations(kind).total();
    }
    double usual = Math.max(0, window.seconds() - busy) / busy;
    double waiting = times[PowerColumns.BLOCKING];
    double length = Arrays.stream(times).sum();
    double more = waiting - usual * (length - waiting);
    return WAITING_ERROR * more * (watts[PowerColumns.BLOCKING] + wattsOfOthers());
  }

  private double clockError(double[] times) {
    double waiting = times[PowerColumns.BLOCKING] * watts[PowerColumns.BLOCKING];
    double computing = NormalEquations.dot(times, watts) - waiting;
    return CLOCK_EXPONENT_ERROR * conditions.logClock() * computing;
  }

  private double budgetError(double[] times) {
    if (columns.limit() < 0) {
      return 0;
    }
    double[] usual = new double[columns.size()];
    MeanTimes means = MeanTimes.of(window, columns);
    for (int k = 0; k < columns.kinds().size(); k++) {
      Window.Durations durations = window.durations(columns.kinds().get(k));
      if (durations.count() > 0) {
        double[] instance = means.instance(k, durations.mean());
        Arrays.setAll(instance, c -> instance[c] * durations.count());
        Arrays.setAll(usual, c -> usual[c] + instance[c]);
      }
    }
    double limitedSeconds = limitedSeconds(times) + times[columns.limit()];
    double difference = budget(times) - budget(usual);
    double above = 0;
    for (int c : limited()) {
      above += times[c] * (watts[c] - watts[columns.limit()]);
    }
    double meanAbove = above / Math.max(1e-9, limitedSeconds(times));
    return BUDGET_ERROR * difference * limitedSeconds * meanAbove;
  }

  private double budget(double[] times) {
    double limited = limitedSeconds(times);
    return limited / Math.max(1e-9, limited + times[columns.limit()]);
  }

  private double limitedSeconds(double[] times) {
    return Arrays.stream(limited()).mapToDouble(c -> times[c]).sum();
  }

  private int[] limited() {
    return IntStream.range(0, columns.size()).filter(columns::isLimited).toArray();
  }

  private static double square(double x) {
    return x * x;
  }
}
