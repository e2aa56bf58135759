package perseus.attribution;

import perseus.attribution.fit.WindowFit;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.attribution.sensor.Budget;
import perseus.attribution.sensor.PowerLimit;
import perseus.recording.log.RankRecording;

/**
 * Increases the standard errors of energies of a GPU at its power limit.
 *
 * <p>At its power limit, a GPU draws a power that depends on what ran before. The model of the
 * power limit ({@link Budget}) describes this dependence only on average. The shorter an
 * instruction is, the more its energy depends on what ran before.
 *
 * <pre>
 *   relative standard error = A exp(-t / T) min(1, s / S)
 *     A  {@link #SHORT}
 *     t  mean duration of the instruction (s)
 *     T  time constant with which a GPU recovers from its limit (s)
 *     s  share of the time at lowered clocks
 *     S  {@link #USUAL_SHARE}
 * </pre>
 *
 * <p>Source: two training jobs on two H200 GPUs each (30 November 2026), recorded with and without
 * rests and evaluation between iterations. The energies of an instruction with and without rests
 * differ by up to 4.3 % (instruction of 8 ms), 2.2 % (17 ms), 4.7 % (26 ms), 1.0 % (36 ms), 0.2 %
 * (49 ms) and 0.6 % (78 ms). With the increased standard errors, 34 of 36 differences are below two
 * standard errors, and all are below 2.6.
 */
final class ErrorAtLimit {
  /** Relative standard error of the energy of a very short instruction. */
  private static final double SHORT = 0.03;

  /**
   * Fraction of the time at lowered clocks above which the error no longer grows. The clocks were
   * lowered for at least this fraction in all recordings of the source.
   */
  private static final double USUAL_SHARE = 0.5;

  /**
   * Relative standard error of all energies if readings are more than {@link #SPARSE_SECONDS} apart
   * on average. Such readings do not show how the power falls to the limit. On a two-stage pipeline
   * of H200s, energies from the counter alone differ by 0.7 to 3.5 % from energies from samples
   * every 20 ms.
   */
  private static final double SPARSE = 0.015;

  private static final double SPARSE_SECONDS = 0.05;

  private ErrorAtLimit() {}

  /**
   * Returns the energies with larger standard errors if the power limit lowered the clock of the
   * rank.
   */
  static WindowEnergy added(RankRecording rank, WindowFit fit, WindowEnergy energy) {
    if (Double.isNaN(PowerLimit.watts(rank, fit.window()))) {
      return energy;
    }
    double share = Math.min(1, PowerLimit.share(rank, fit.window()) / USUAL_SHARE);
    WindowEnergy widened =
        energy.withInstructions(
            energy.instructions().stream().map(one -> added(one, share)).toList());
    return isSparse(fit) ? widened.doubted(SPARSE) : widened;
  }

  /** Returns whether the readings are too far apart to show the power within a forward. */
  static boolean isSparse(WindowFit fit) {
    return fit.readings() * SPARSE_SECONDS < fit.window().seconds();
  }

  private static InstructionEnergy added(InstructionEnergy energy, double share) {
    double error = SHORT * Math.exp(-energy.durations().mean() / Budget.SAVED_SECONDS) * share;
    return energy.withError(error * energy.energyJoules());
  }
}
