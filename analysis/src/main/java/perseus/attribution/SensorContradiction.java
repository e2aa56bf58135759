package perseus.attribution;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.fit.SensorComparison;
import perseus.attribution.fit.WindowFit;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.attribution.sensor.Deviation;
import perseus.pipeline.Instruction;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Describes a rank whose energy counter and power samples give different energies.
 *
 * <p>Problem: powers are fitted to the readings of both sensors together. If one sensor is wrong,
 * the energies are wrong, and the fit does not show it.
 *
 * <p>Method: the energies of each computation from each sensor alone are compared ({@link
 * SensorComparison}). The sensors contradict each other if the energies of one computation differ
 * by more than {@link #MIN_STDERRS} standard errors. The difference at each frequency is tested,
 * and the mean difference over all frequencies. A sensor is left out if the instructions explain
 * its readings much worse than those of the other sensor. If no sensor is left out, the standard
 * errors are increased.
 *
 * <p>Limits: errors that both sensors share, such as wrong times of instructions, are not found.
 *
 * <p>Source: this project's own method. In 8 undamaged recordings of training on H200 GPUs (16
 * ranks), the energies differ by at most 3 standard errors. In damaged recordings, the energies
 * differ by 7 to 25 standard errors. The damage was a random time error of up to 50 ms in each
 * power sample, or a running average of the samples.
 */
final class SensorContradiction {
  private static final double MIN_STDERRS = 4;

  /**
   * Additional relative standard error of each difference, because the model of the powers is not
   * exact. At a power limit, energies from the counter differ from energies from samples by up to
   * 3.5 % ({@link ErrorAtLimit}).
   */
  private static final double MODEL_ERROR = 0.01;

  /**
   * Minimum ratio of the unexplained fractions of the variance of two sensors at which the worse
   * sensor is left out.
   */
  private static final double MUCH_WORSE = 2;

  /**
   * Minimum unexplained fraction of the variance (1 - R^2) of a sensor that is left out. The
   * fraction is at most 0.08 for undamaged power samples of H200 GPUs, and at least 0.16 for power
   * samples with wrong times.
   */
  private static final double MIN_UNEXPLAINED = 0.1;

  private final int rank;
  private final List<SensorComparison> windows;
  private final int worstMhz;
  private final SensorComparison.Difference worst;

  private SensorContradiction(
      int rank, List<SensorComparison> windows, int worstMhz, SensorComparison.Difference worst) {
    this.rank = rank;
    this.windows = windows;
    this.worstMhz = worstMhz;
    this.worst = worst;
  }

  /**
   * Compares the sensors of one rank.
   *
   * @param fits fitted powers at all frequencies
   * @param deviations sensors whose lag or smoothing deviates by one standard error
   */
  static Optional<SensorContradiction> find(
      int rank, List<WindowFit> fits, List<Deviation> deviations) {
    List<SensorComparison> quick = fits.stream().map(SensorComparison::quick).toList();
    if (!isContradiction(quick)) {
      return Optional.empty();
    }
    List<SensorComparison> windows =
        fits.stream().map(fit -> SensorComparison.of(fit, deviations)).toList();
    if (!isContradiction(windows)) {
      return Optional.empty();
    }
    double most = -1;
    int worst = 0;
    SensorComparison.Difference difference = null;
    for (int w = 0; w < windows.size(); w++) {
      for (SensorComparison.Difference one : windows.get(w).differences()) {
        if (stderrs(one) > most) {
          most = stderrs(one);
          worst = w;
          difference = one;
        }
      }
    }
    int mhz = fits.get(worst).window().frequencyMhz();
    return Optional.of(new SensorContradiction(rank, windows, mhz, difference));
  }

  private static double stderrs(SensorComparison.Difference one) {
    return Math.abs(one.relative()) / Math.hypot(one.relativeStderr(), MODEL_ERROR);
  }

  private static boolean isContradiction(List<SensorComparison> windows) {
    List<SensorComparison.Difference> all =
        windows.stream().flatMap(window -> window.differences().stream()).toList();
    if (all.stream().anyMatch(one -> stderrs(one) > MIN_STDERRS)) {
      return true;
    }
    return all.stream()
        .map(SensorComparison.Difference::instruction)
        .distinct()
        .anyMatch(kind -> meanStderrs(all, kind) > MIN_STDERRS);
  }

  /** Returns the mean difference at all frequencies, in standard errors. */
  private static double meanStderrs(List<SensorComparison.Difference> all, Instruction kind) {
    double weights = 0;
    double sum = 0;
    for (SensorComparison.Difference one : all) {
      if (one.instruction().equals(kind)) {
        double weight = 1 / (one.relativeStderr() * one.relativeStderr());
        weights += weight;
        sum += weight * one.relative();
      }
    }
    return Math.abs(sum / weights) / Math.hypot(Math.sqrt(1 / weights), MODEL_ERROR);
  }

  private double unexplained(boolean counter) {
    return windows.stream()
        .filter(window -> !window.differences().isEmpty())
        .mapToDouble(window -> counter ? window.counterUnexplained() : window.samplesUnexplained())
        .average()
        .orElse(0);
  }

  private static boolean isWrong(double unexplained, double other) {
    return unexplained > MIN_UNEXPLAINED && unexplained > MUCH_WORSE * other;
  }

  private boolean areSamplesWorse() {
    return isWrong(unexplained(false), unexplained(true));
  }

  private boolean isCounterWorse() {
    return isWrong(unexplained(true), unexplained(false));
  }

  /**
   * Returns the rank without the readings of its worse sensor; empty if no sensor is much worse.
   */
  Optional<MarkedRank> withoutWorse(MarkedRank marked) {
    if (areSamplesWorse()) {
      return Optional.of(
          marked.with(
              one ->
                  one.withSegments(segment -> segment.with(segment.energy(), PowerSamples.NONE))));
    }
    return isCounterWorse()
        ? Optional.of(
            marked.with(
                one ->
                    one.withSegments(
                        segment -> segment.with(unusable(segment.energy()), segment.samples()))))
        : Optional.empty();
  }

  private static EnergyLog unusable(EnergyLog log) {
    return new EnergyLog(
        log.file(),
        log.times(),
        log.energies(),
        new boolean[log.size()],
        log.periodSeconds(),
        log.quantumSeconds());
  }

  /** Returns energies with standard errors that cover the energies from each sensor alone. */
  List<WindowEnergy> widened(List<WindowEnergy> energies) {
    List<WindowEnergy> widened = new ArrayList<>();
    for (int w = 0; w < energies.size(); w++) {
      List<SensorComparison.Difference> differences = windows.get(w).differences();
      List<InstructionEnergy> instructions =
          energies.get(w).instructions().stream()
              .map(energy -> widened(energy, differences))
              .toList();
      widened.add(energies.get(w).withInstructions(instructions));
    }
    return widened;
  }

  private static InstructionEnergy widened(
      InstructionEnergy energy, List<SensorComparison.Difference> differences) {
    return differences.stream()
        .filter(one -> one.instruction().equals(energy.instruction()))
        .findFirst()
        .map(
            one ->
                energy.withError(
                    Math.max(
                        Math.abs(one.counterJoules() - one.joules()),
                        Math.abs(one.samplesJoules() - one.joules()))))
        .orElse(energy);
  }

  void warn(Warnings warnings) {
    warnings.add(
        new Warning(
            Warning.Kind.DOUBTFUL,
            "sensors contradict",
            rank,
            1,
            stderrs(worst),
            String.format(
                Locale.ROOT,
                "The energy counter and the power samples of rank %d contradict each other at %d"
                    + " MHz: a %s takes %.2f J by the counter alone and %.2f J by the samples alone."
                    + " %s",
                rank,
                worstMhz,
                worst.instruction().name(),
                worst.counterJoules(),
                worst.samplesJoules(),
                areSamplesWorse()
                    ? "The instructions explain the samples less well, so the samples of this rank"
                        + " are left out."
                    : isCounterWorse()
                        ? "The instructions explain the counter less well, so the counter of this"
                            + " rank is left out."
                        : "The standard errors are widened to cover both.")));
  }
}
