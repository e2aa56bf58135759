package perseus.attribution;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import perseus.attribution.activity.Activity;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.attribution.sensor.Kernel;
import perseus.pipeline.Instruction;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;
import perseus.recording.log.Window;

/**
 * Checks whether the recorded data of one rank suffice to compute its energies precisely. If the
 * recorded data do not suffice to compute precise energies, warnings tell the user what to do.
 */
final class FitChecks {
  /** Minimum number of counter updates for each fitted power that causes no warning. */
  private static final int MIN_UPDATES_PER_POWER = 6;

  /** Maximum relative standard error of an energy that causes no warning. */
  private static final double MAX_RELATIVE_STDERR = 0.05;

  /**
   * Maximum relative standard error of an energy that causes no warning, if iterations run in step
   * with the counter updates ({@link InStep}).
   */
  private static final double MAX_STDERR_IN_STEP = 0.02;

  /**
   * Maximum relative standard error of an energy that causes no warning, if the sensor averages the
   * power over a long time.
   */
  private static final double MAX_STDERR_OF_SMOOTHING = 0.015;

  private static final double MIN_R2 = 0.5;

  /**
   * Minimum root mean square of the residuals at which a low R^2 causes a warning, as a fraction of
   * the mean power. If the power of a GPU hardly varies, R^2 is low although the fit is good.
   */
  private static final double MIN_RESIDUAL_SHARE = 0.05;

  /**
   * Maximum difference between attributed and counted energy that causes no warning, as a fraction
   * of the counted energy.
   */
  private static final double MAX_IMBALANCE = 0.01;

  /**
   * An instruction is not checked if its energy is at most this fraction of the rank's energy. For
   * example, the backward for inputs uses almost no energy on the first stage, which needs no
   * gradient of its inputs.
   */
  private static final double NEGLIGIBLE_SHARE = 1e-3;

  /**
   * A warning is added if stalls of the host affect more than this fraction of an instruction's
   * time.
   */
  private static final double MAX_STALLED_SHARE = 0.01;

  private final int rank;
  private final boolean smooths;
  private final Map<Topic, Finding> findings = new LinkedHashMap<>();

  /**
   * Identifies one sort of problem in the data of a rank. Problems at different frequencies with
   * the same kind and predicate are the same sort of problem.
   *
   * @param kind consequence of the problem, such as doubtful energies
   * @param predicate text of the warning after the rank and the frequency
   */
  private record Topic(Warning.Kind kind, String predicate) {}

  /**
   * Summarizes the occurrences of one problem at all frequencies.
   *
   * @param worst text with the worst frequency in MHz and the size of the problem there
   * @param severity size of the problem at its worst frequency
   * @param frequencies number of frequencies with the problem
   */
  private record Finding(String worst, double severity, int frequencies) {}

  /**
   * @param kernel lag and smoothing of the sensor
   */
  FitChecks(int rank, Kernel kernel) {
    this.rank = rank;
    smooths = kernel.errorFactor() > 1;
  }

  /**
   * Notes that a frequency has no energies, because no counter update lies completely in its
   * recorded time.
   */
  void addWindowWithoutUpdates(Window window) {
    add(
        new Topic(
            Warning.Kind.LEFT_OUT,
            "is left out: the energy counter was not updated during these iterations; record more iterations of each"
                + " frequency (--num_prof_steps)"),
        window.frequencyMhz(),
        "",
        1);
  }

  /**
   * Checks the energies of the rank at one frequency. Each problem that {@code check} finds is kept
   * until {@link #report} is called.
   *
   * @param energy energies of the rank at one frequency
   * @param powers number of powers that were fitted at this frequency
   * @param readings number of readings to which the powers were fitted
   * @param inStep returns whether iterations run in step with the counter updates ({@link InStep})
   */
  void check(WindowEnergy energy, int powers, int readings, BooleanSupplier inStep) {
    int frequency = energy.frequencyMhz();
    if (readings < MIN_UPDATES_PER_POWER * powers) {
      addDoubtful(
          "has few readings of the energy counter or the power for the number of estimated powers; record more iterations of each"
              + " frequency (--num_prof_steps)",
          frequency,
          readings + " readings for " + powers + " powers",
          (double) powers / readings);
    }
    for (InstructionEnergy e : energy.instructions()) {
      if (isNegligible(e, energy)) {
        continue;
      }
      double relativeStderr = e.energyStderrJoules() / e.energyJoules();
      Instruction kind = e.instruction();
      if (kind.isComputation() && relativeStderr > MAX_STDERR_IN_STEP && inStep.getAsBoolean()) {
        addDoubtful(
            "has iterations as long as a whole number of updates of the energy counter, so that the energies of its instructions are uncertain; record with another number of microbatches, or record power samples too",
            frequency,
            String.format(Locale.ROOT, "standard error %.0f %%", 100 * relativeStderr),
            relativeStderr);
      } else if (smooths && kind.isComputation() && relativeStderr > MAX_STDERR_OF_SMOOTHING) {
        addDoubtful(
            "has a sensor that averages power over a long time, so that its energies are uncertain; record more iterations, or record power samples too",
            frequency,
            String.format(Locale.ROOT, "standard error %.1f %%", 100 * relativeStderr),
            relativeStderr);
      } else if (kind.isComputation() && relativeStderr > MAX_RELATIVE_STDERR) {
        addDoubtful(
            "has an uncertain energy of "
                + kind
                + "; record more iterations, or record with another number of microbatches too",
            frequency,
            String.format(Locale.ROOT, "standard error %.0f %%", 100 * relativeStderr),
            relativeStderr);
      }
    }
    for (InstructionEnergy special : energy.special()) {
      if (Activity.isStalled(special.instruction())) {
        checkStalled(special, energy);
      }
    }
    if (isUnexplained(energy)) {
      addDoubtful(
          "used energy that does not follow from the recorded instructions. Did another program use the GPU, or do the times of the instructions and of the energy come from different host clocks? The standard errors are widened; record again",
          frequency,
          String.format(Locale.ROOT, "R^2 %.2f", energy.r2()),
          1 - energy.r2());
    }
    double imbalance = excessiveImbalance(energy);
    if (imbalance != 0) {
      addDoubtful(
          "has instructions whose energies do not add up to the increase of the energy counter. The standard errors are widened; record more iterations",
          frequency,
          String.format(Locale.ROOT, "%+.1f %%", 100 * imbalance),
          Math.abs(imbalance));
    }
  }

  /** Returns whether the instructions explain less than half of the variance of the readings. */
  static boolean isUnexplained(WindowEnergy energy) {
    return energy.r2() < MIN_R2 && energy.residualShare() > MIN_RESIDUAL_SHARE;
  }

  /**
   * Returns the difference between attributed and counted energy, as a fraction of the counted
   * energy; 0 if the difference is not larger than expected. The recorded time at a frequency
   * starts and ends between two readings of the counter. The first and last counter updates lie
   * only partly in the recorded time, which causes a small difference between attributed and
   * counted energy. With few counter updates, a larger difference is allowed.
   */
  static double excessiveImbalance(WindowEnergy energy) {
    double imbalance = energy.attributedJoules() / energy.counterJoules() - 1;
    return Math.abs(imbalance) > MAX_IMBALANCE + 0.5 / energy.updates() ? imbalance : 0;
  }

  private static boolean isNegligible(InstructionEnergy e, WindowEnergy energy) {
    return e.energyJoules() * e.durations().count() < NEGLIGIBLE_SHARE * energy.counterJoules();
  }

  private void checkStalled(InstructionEnergy stalled, WindowEnergy energy) {
    if (isNegligible(stalled, energy)) {
      return;
    }
    Instruction kind = Activity.instruction(stalled.instruction());
    InstructionEnergy typical = energy.of(kind);
    double share =
        stalled.durations().total() / (stalled.durations().total() + typical.durations().total());
    if (share > MAX_STALLED_SHARE) {
      add(
          new Topic(
              Warning.Kind.LEFT_OUT,
              "has executions of "
                  + kind
                  + " that took at least 1.5 times the usual time; they are left out of its time"
                  + " and energy. The host probably stalled, for example to collect garbage in"
                  + " Python"),
          energy.frequencyMhz(),
          String.format(
              Locale.ROOT,
              "%d of %d, %.1f ms instead of %.1f ms",
              stalled.durations().count(),
              stalled.durations().count() + typical.durations().count(),
              1e3 * stalled.durations().mean(),
              1e3 * typical.durations().mean()),
          share);
    }
  }

  /**
   * Notes that the power of the same instructions changed during the time at one frequency.
   *
   * @param drift relative change of the power from the first to the last iteration
   * @return {@code energy} with standard errors that cover the change of the power
   */
  WindowEnergy drifting(WindowEnergy energy, double drift) {
    addDoubtful(
        "changed its power while it repeated the same iterations, probably because its temperature"
            + " changed; record its temperature too (gpu-state-R.csv), or run more warm-up"
            + " iterations. The standard errors are widened",
        energy.frequencyMhz(),
        String.format(Locale.ROOT, "%+.1f %%", 100 * drift),
        Math.abs(drift));
    return energy.times(1, Math.abs(drift) / Math.sqrt(12));
  }

  private void addDoubtful(String predicate, int frequencyMhz, String amount, double severity) {
    add(new Topic(Warning.Kind.DOUBTFUL, predicate), frequencyMhz, amount, severity);
  }

  private void add(Topic topic, int frequencyMhz, String amount, double severity) {
    String where = frequencyMhz + " MHz" + (amount.isEmpty() ? "" : " (" + amount + ")");
    findings.merge(
        topic,
        new Finding(where, severity, 1),
        (before, now) ->
            new Finding(
                before.severity < now.severity ? now.worst : before.worst,
                Math.max(before.severity, now.severity),
                before.frequencies + 1));
  }

  /** Adds one warning for each sort of problem, with its worst frequency. */
  void report(Warnings warnings) {
    findings.forEach(
        (topic, finding) ->
            warnings.add(
                new Warning(
                    topic.kind,
                    topic.predicate,
                    rank,
                    finding.frequencies,
                    finding.severity,
                    "Rank %1$d at %2$s%4$s %3$s."
                        .formatted(
                            rank,
                            finding.worst,
                            topic.predicate,
                            finding.frequencies == 1
                                ? ""
                                : " and at %d more of its frequencies"
                                    .formatted(finding.frequencies - 1)))));
  }
}
