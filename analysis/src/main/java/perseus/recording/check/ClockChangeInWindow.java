package perseus.recording.check;

import java.util.Locale;
import perseus.recording.log.ClockEvidence;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;
import perseus.recording.run.FrequencyWindow;

/**
 * Finds frequencies at which the clock probably changed, because the durations of a computation
 * form two groups ({@link DurationGroups}).
 *
 * <p>At most one warning is added for each rank. The relative difference between the two groups of
 * durations increases the standard errors of profile rows ({@link ClockEvidence}).
 */
final class ClockChangeInWindow implements RankCheck {
  @Override
  public void check(RankRun run, Warnings warnings, ClockEvidence evidence) {
    int affected = 0;
    FrequencyWindow worst = null;
    DurationGroups groups = DurationGroups.NONE;
    for (FrequencyWindow window : run.windows()) {
      DurationGroups found = DurationGroups.of(run, window);
      if (found.difference() > 0) {
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
}
