package perseus.recording.check;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
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
 * <p>If one frequency has two groups, the clock may also have changed at other frequencies. The
 * class then finds groups with a smaller difference. If several frequencies have groups, the clock
 * probably changed at all frequencies, at some of them by too little to be found.
 *
 * <p>At most one warning is added for each rank. Profile rows at a frequency at which the clock
 * probably changed get larger standard errors ({@link ClockEvidence}).
 */
final class ClockChangeInWindow implements RankCheck {
  /**
   * If two durations differ by less than this number of time quanta (steps between recorded times),
   * rounding may explain the difference.
   */
  private static final int ROUNDED_QUANTA = 2;

  @Override
  public void check(RankRun run, Warnings warnings, ClockEvidence evidence) {
    Map<FrequencyWindow, WindowDurations> durations = new LinkedHashMap<>();
    Map<FrequencyWindow, DurationGroups> groups = new LinkedHashMap<>();
    double least = Double.POSITIVE_INFINITY;
    for (FrequencyWindow window : run.windows()) {
      WindowDurations own = WindowDurations.of(run, window);
      durations.put(window, own);
      least = DurationGroups.areEnough(own) ? Math.min(least, own.scatter()) : least;
      DurationGroups found = DurationGroups.of(own);
      if (isFound(found, run)) {
        groups.put(window, found);
        least = Math.min(least, found.scatter());
      }
    }
    add(groups, durations, run, DurationGroups::ofScattered, least);
    List<FrequencyWindow> clear = List.copyOf(groups.keySet());
    if (!clear.isEmpty()) {
      add(groups, durations, run, DurationGroups::ofExcess, least);
    }
    groups.forEach(
        (window, found) ->
            evidence.addSpread(run.rank(), window.frequencyMhz(), found.difference()));
    for (FrequencyWindow window : run.windows()) {
      if (clear.size() > 1 && !groups.containsKey(window)) {
        double possible = DurationGroups.unnoticed(least) / 2;
        evidence.addSpread(run.rank(), window.frequencyMhz(), possible);
      } else if (clear.isEmpty()) {
        DurationGroups possible = DurationGroups.ofExcess(durations.get(window), least);
        if (isFound(possible, run)) {
          evidence.addPossibleSpread(run.rank(), window.frequencyMhz(), possible.difference());
        }
      }
    }
    clear.stream()
        .max(Comparator.comparingDouble(window -> groups.get(window).difference()))
        .ifPresent(worst -> warnings.add(warning(run.rank(), worst, groups)));
  }

  /** Adds the groups that {@code method} finds at frequencies without groups. */
  private static void add(
      Map<FrequencyWindow, DurationGroups> groups,
      Map<FrequencyWindow, WindowDurations> durations,
      RankRun run,
      BiFunction<WindowDurations, Double, DurationGroups> method,
      double least) {
    durations.forEach(
        (window, own) -> {
          DurationGroups found = groups.containsKey(window) ? null : method.apply(own, least);
          if (found != null && isFound(found, run)) {
            groups.put(window, found);
          }
        });
  }

  private static boolean isFound(DurationGroups groups, RankRun run) {
    return groups.difference() > 0 && !isRounding(groups, run.iterations().log());
  }

  private static Warning warning(
      int rank, FrequencyWindow worst, Map<FrequencyWindow, DurationGroups> groups) {
    int affected = groups.size();
    return new Warning(
        Warning.Kind.DOUBTFUL,
        "clock changed in window",
        rank,
        affected,
        groups.get(worst).difference(),
        String.format(
            Locale.ROOT,
            "The clock of rank %d probably changed within the iterations at %d MHz: %.0f %% of the computations took %.0f %% longer than the others%s. The standard errors there are widened; record %s again.",
            rank,
            worst.frequencyMhz(),
            100 * groups.get(worst).shareOfSlow(),
            100 * groups.get(worst).difference(),
            affected == 1 ? "" : "; the same at %d more of its frequencies".formatted(affected - 1),
            affected == 1 ? "this frequency" : "these frequencies"));
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
