package perseus.recording.check;

import java.util.Locale;
import java.util.stream.IntStream;
import perseus.recording.log.ClockEvidence;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;
import perseus.recording.run.FrequencyWindow;

/**
 * Finds frequencies at which the clock probably changed, because the durations of a computation
 * form two groups ({@link DurationGroups}).
 *
 * <p>At most one warning is added for each rank. Profile rows at a found frequency get larger
 * standard errors ({@link ClockEvidence}).
 */
final class ClockChangeInWindow implements RankCheck {
  /**
   * Two durations that differ by fewer time quanta (steps of the recorded times) than this number
   * may differ only by rounding.
   */
  private static final int ROUNDED_QUANTA = 2;

  @Override
  public void check(RankRun run, Warnings warnings, ClockEvidence evidence) {
    int affected = 0;
    FrequencyWindow worst = null;
    DurationGroups groups = DurationGroups.NONE;
    for (FrequencyWindow window : run.windows()) {
      DurationGroups found = DurationGroups.of(run, window);
      if (found.difference() > 0 && !isRounding(found, run.iterations().log())) {
        affected++;
        evidence.addSpread(run.rank(), window.frequencyMhz(), found.difference());
        if (found.difference() > groups.difference()) {
          worst = window;
          groups = found;
        }
      }
    }
    if (worst != null) {
      warnings.add(
          new Warning(
              Warning.Kind.DOUBTFUL,
              "clock changed in window",
              run.rank(),
              affected,
              groups.difference(),
              String.format(
                  Locale.ROOT,
                  "The clock of rank %d probably changed within the iterations at %d MHz: %.0f %% of the computations took %.0f %% longer than the others%s. The standard errors there are widened; record %s again.",
                  run.rank(),
                  worst.frequencyMhz(),
                  100 * groups.shareOfSlow(),
                  100 * groups.difference(),
                  affected == 1
                      ? ""
                      : "; the same at %d more of its frequencies".formatted(affected - 1),
                  affected == 1 ? "this frequency" : "these frequencies")));
    }
  }

  /**
   * Returns whether the rounding of recorded times may be the reason for two groups of durations.
   */
  private static boolean isRounding(DurationGroups groups, InstructionLog log) {
    double longest = 0;
    for (int kind = 0; kind < log.kinds().size(); kind++) {
      if (log.kinds().get(kind).isComputation()) {
        longest = Math.max(longest, meanSeconds(log, kind));
      }
    }
    return groups.difference() * longest < ROUNDED_QUANTA * log.quantumSeconds();
  }

  private static double meanSeconds(InstructionLog log, int kind) {
    return IntStream.range(0, log.size())
        .filter(i -> log.kind()[i] == kind && !log.damaged()[i])
        .mapToDouble(i -> log.end()[i] - log.start()[i])
        .average()
        .orElse(0);
  }
}
