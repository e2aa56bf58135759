package perseus.attribution;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import perseus.attribution.activity.Activity;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.MeanBlockingPower;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Finds ranks whose fitted powers cannot be right. A forward or backward cannot draw less than a
 * GPU that waits, or much less than another forward or backward. Possible causes: instructions and
 * power were recorded with different clocks, or on different GPUs.
 */
final class ImplausiblePowers {
  /** Smallest plausible power of a computation, divided by the power of a waiting GPU. */
  private static final double MIN_OF_WAITING = 0.8;

  /** Smallest plausible power of a computation, divided by the power of another computation. */
  private static final double MIN_OF_COMPUTING = 0.25;

  /**
   * Minimum difference of an implausible power from the smallest plausible power, in standard
   * errors.
   */
  private static final double MIN_STDERRS = 3;

  /** Relative standard error of the energies of a rank with an implausible power. */
  private static final double ERROR = 1;

  /**
   * Relative standard error of the energies of all other ranks. The readings of the implausible
   * rank may have falsified the estimated lag and smoothing of all sensors.
   */
  private static final double ERROR_OF_OTHERS = 0.05;

  private ImplausiblePowers() {}

  /**
   * Returns the energies of all ranks. The standard errors are larger if a rank has an implausible
   * power, or if its instructions do not explain its readings.
   *
   * @param warnings receives a warning about each rank with an implausible power
   */
  static List<RankEnergy> doubted(List<RankEnergy> ranks, Warnings warnings) {
    double waiting =
        ranks.stream()
            .map(RankEnergy::blockingPower)
            .filter(MeanBlockingPower::isCertain)
            .mapToDouble(MeanBlockingPower::watts)
            .min()
            .orElse(0);
    List<Boolean> implausible =
        ranks.stream().map(rank -> hasImplausible(rank, waiting, warnings)).toList();
    List<Boolean> wrong = new ArrayList<>();
    for (int i = 0; i < ranks.size(); i++) {
      wrong.add(
          implausible.get(i) || ranks.get(i).windows().stream().anyMatch(FitChecks::isUnexplained));
    }
    int wrongRanks = Collections.frequency(wrong, true);
    List<RankEnergy> doubted = new ArrayList<>();
    for (int i = 0; i < ranks.size(); i++) {
      int others = wrongRanks - (wrong.get(i) ? 1 : 0);
      double error = implausible.get(i) ? ERROR : others > 0 ? ERROR_OF_OTHERS : 0;
      doubted.add(error == 0 ? ranks.get(i) : doubted(ranks.get(i), error));
    }
    return doubted;
  }

  /** Returns whether a rank has an implausible power, and adds a warning for each frequency. */
  private static boolean hasImplausible(RankEnergy rank, double waiting, Warnings warnings) {
    boolean found = false;
    for (WindowEnergy window : rank.windows()) {
      double most =
          window.instructions().stream()
              .filter(energy -> energy.instruction().isComputation())
              .mapToDouble(InstructionEnergy::watts)
              .max()
              .orElse(0);
      double least = Math.max(MIN_OF_WAITING * waiting, MIN_OF_COMPUTING * most);
      Optional<InstructionEnergy> worst =
          computations(window)
              .filter(energy -> isBelow(energy, least))
              .min(Comparator.comparingDouble(InstructionEnergy::watts));
      worst.ifPresent(energy -> warn(rank, energy, waiting, most, warnings));
      found |= worst.isPresent();
    }
    return found;
  }

  private static RankEnergy doubted(RankEnergy rank, double error) {
    return rank.withWindows(rank.windows().stream().map(window -> window.doubted(error)).toList());
  }

  private static Stream<InstructionEnergy> computations(WindowEnergy window) {
    return Stream.concat(window.instructions().stream(), window.special().stream())
        .filter(energy -> !Activity.isBetweenIterations(energy.instruction()))
        .filter(energy -> !Activity.isUnrecorded(energy.instruction()))
        // During a stall of the host, the GPU waits and may draw little power.
        .filter(energy -> !Activity.isStalled(energy.instruction()))
        .filter(energy -> Activity.instruction(energy.instruction()).isComputation());
  }

  private static boolean isBelow(InstructionEnergy energy, double watts) {
    double missing = watts * energy.durations().mean() - energy.energyJoules();
    return missing > MIN_STDERRS * energy.energyStderrJoules();
  }

  private static void warn(
      RankEnergy rank, InstructionEnergy energy, double waiting, double most, Warnings warnings) {
    warnings.add(
        new Warning(
            Warning.Kind.DOUBTFUL,
            "implausible power",
            rank.place().rank(),
            1,
            most / Math.max(1, energy.watts()),
            String.format(
                Locale.ROOT,
                "A %s of rank %d would draw %.0f W, but a GPU draws %.0f W while it %s. Do the times of its instructions and of its power come from different host clocks, or from different GPUs? The standard errors are widened.",
                Activity.instruction(energy.instruction()).name(),
                rank.place().rank(),
                energy.watts(),
                waiting > 0 ? waiting : most,
                waiting > 0 ? "waits" : "computes")));
  }
}
