package perseus.recording.run;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import perseus.recording.log.ClockInForce;
import perseus.recording.log.RankPlace;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Compares the requested clocks of a run with the SM clocks at which the GPUs really ran. The file
 * {@code run.json} contains the requested and the real clocks. A profile shows the requested
 * clocks, so that the user must be warned of clocks that were not held.
 */
public final class ClocksHeld {
  /** Maximum number of clocks that a sentence lists one by one. */
  private static final int MAX_LISTED = 3;

  private ClocksHeld() {}

  /**
   * Returns the requested clocks in MHz that the GPUs did not hold, highest first. Each value of
   * the returned map is the mean SM clock in MHz at which the GPUs really ran. The returned map is
   * empty if the run requested no clocks.
   */
  public static TreeMap<Integer, Double> notHeld(RunManifest manifest) {
    TreeMap<Integer, Double> clocks = new TreeMap<>((a, b) -> b - a);
    for (RunManifest.Schedule schedule : manifest.schedules()) {
      if (schedule.measured()
          && schedule.held() != null
          && schedule.held() < ClockInForce.MIN_HELD_SHARE) {
        clocks.put(
            schedule.frequencyMhz(), schedule.smMhz() == null ? Double.NaN : schedule.smMhz());
      }
    }
    return clocks;
  }

  /**
   * Returns the real clock of the GPUs of all ranks for a requested frequency in MHz; null if
   * {@code run.json} does not state it.
   */
  public static ClockInForce clock(RunManifest manifest, int frequencyMhz) {
    return manifest.schedules().stream()
        .filter(RunManifest.Schedule::measured)
        .filter(schedule -> schedule.frequencyMhz() == frequencyMhz)
        .filter(schedule -> schedule.smMhz() != null && schedule.held() != null)
        .map(schedule -> new ClockInForce(schedule.smMhz(), schedule.held()))
        .findFirst()
        .orElse(null);
  }

  /**
   * Returns the requested clocks in MHz for which no clock was read from the GPUs, in order of
   * time.
   */
  private static List<Integer> neverRead(RunManifest manifest) {
    return manifest.schedules().stream()
        .filter(RunManifest.Schedule::measured)
        .filter(schedule -> schedule.held() == null)
        .map(RunManifest.Schedule::frequencyMhz)
        .toList();
  }

  /**
   * Adds warnings if clocks were not held or not read, if the run requested no clocks, or if ranks
   * shared a GPU.
   */
  static void warn(RunManifest manifest, Warnings warnings) {
    warnSharedGpus(manifest, warnings);
    if (isWithoutControl(manifest)) {
      warnings.add(Warning.ofJob(Warning.Kind.DOUBTFUL, withoutControl(manifest.schedules())));
      return;
    }
    sentence(notHeld(manifest))
        .ifPresent(text -> warnings.add(Warning.ofJob(Warning.Kind.DOUBTFUL, text)));
    List<Integer> unknown = neverRead(manifest);
    if (manifest.clockControl() != null && !unknown.isEmpty()) {
      warnings.add(
          Warning.ofJob(
              Warning.Kind.DOUBTFUL,
              "It is not known whether the GPUs held %s MHz, because no reading of the clock fell into so short a time; record more iterations of each frequency (--num_prof_steps)."
                  .formatted(
                      unknown.stream().map(String::valueOf).collect(Collectors.joining(", ")))));
    }
  }

  /**
   * Returns whether {@code run.json} alone shows at which clocks the GPUs really ran. Returns true
   * if {@code run.json} states for at least one frequency whether the GPUs held it. If the run
   * requested no clocks, the method returns true, because the profile then uses the measured
   * clocks.
   *
   * @param manifest contents of {@code run.json}; null if it does not exist
   */
  public static boolean areKnown(RunManifest manifest) {
    return manifest != null
        && (isWithoutControl(manifest)
            || manifest.schedules().stream().anyMatch(schedule -> schedule.held() != null));
  }

  /** Returns whether a run requested no clocks, so that the GPUs chose their clocks themselves. */
  public static boolean isWithoutControl(RunManifest manifest) {
    return "none".equals(manifest.clockControl());
  }

  /**
   * Returns a sentence about requested clocks that the GPUs did not hold; empty if there are none.
   *
   * @param clocks requested clocks in MHz, each with the mean real clock in MHz
   */
  public static Optional<String> sentence(SortedMap<Integer, Double> clocks) {
    if (clocks.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> asked = clocks.keySet().stream().sorted(Comparator.reverseOrder()).toList();
    String listed =
        asked.size() <= MAX_LISTED
            ? asked.stream()
                .map(mhz -> "%d MHz (%s MHz in force)".formatted(mhz, rounded(clocks.get(mhz))))
                .collect(Collectors.joining(", "))
            : "%d clocks from %d to %d MHz (%s to %s MHz in force)"
                .formatted(
                    asked.size(),
                    asked.get(0),
                    asked.get(asked.size() - 1),
                    rounded(Collections.min(clocks.values())),
                    rounded(Collections.max(clocks.values())));
    return Optional.of(
        "The GPUs did not hold "
            + listed
            + ": a power limit or heat lowered the clocks. The times and energies in the rows of these clocks were measured at the clocks in force; --leave-out-throttled leaves these rows out.");
  }

  private static String rounded(double mhz) {
    return String.format(Locale.ROOT, "%.0f", mhz);
  }

  private static void warnSharedGpus(RunManifest manifest, Warnings warnings) {
    if (manifest.powerSource() == null || manifest.simulated()) {
      return;
    }
    Map<String, List<RankPlace>> byGpu =
        manifest.ranks().stream()
            .filter(rank -> rank.device() != null)
            .collect(Collectors.groupingBy(RankPlace::device));
    String shared =
        byGpu.values().stream()
            .filter(ranks -> ranks.size() > 1)
            .map(ranks -> ranks.stream().map(rank -> String.valueOf(rank.rank())))
            .map(ranks -> ranks.collect(Collectors.joining(", ")))
            .sorted()
            .collect(Collectors.joining("; "));
    if (!shared.isEmpty()) {
      warnings.add(
          Warning.ofJob(
              Warning.Kind.DOUBTFUL,
              "Some ranks shared a GPU (%s). The energy of such a GPU is counted once for each of its ranks, so that energies are too high; record with a GPU for each rank."
                  .formatted(shared)));
    }
  }

  private static String withoutControl(List<RunManifest.Schedule> schedules) {
    double mean =
        schedules.stream()
            .filter(schedule -> !schedule.warmup() && schedule.smMhz() != null)
            .mapToDouble(RunManifest.Schedule::smMhz)
            .average()
            .orElse(Double.NaN);
    return "No clock was set in this run (clock control none), so all rows have the clock that the GPUs chose themselves"
        + (Double.isNaN(mean) ? "." : String.format(Locale.ROOT, ": %.0f MHz on average.", mean));
  }
}
