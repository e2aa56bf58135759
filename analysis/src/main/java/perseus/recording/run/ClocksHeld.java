package perseus.recording.run;

import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Compares the clocks that a run on real GPUs requested with the SM clocks that were in force, as
 * the manifest lists them. The rows of a profile show the requested clocks. Therefore the user must
 * be warned about a clock that was not held.
 */
public final class ClocksHeld {
  /** A clock counts as held if it was in force in at least this share of the readings. */
  private static final double MIN_HELD_SHARE = 0.9;

  private ClocksHeld() {}

  /**
   * Returns the requested clocks that were not held, highest first, each with the mean SM clock
   * that was in force, both in MHz. If the run set no clocks, the map is empty.
   */
  public static TreeMap<Integer, Double> notHeld(RunManifest manifest) {
    TreeMap<Integer, Double> clocks = new TreeMap<>((a, b) -> b - a);
    for (RunManifest.Schedule schedule : manifest.schedules()) {
      if (!schedule.warmup()
          && schedule.frequencyMhz() != null
          && schedule.held() != null
          && schedule.held() < MIN_HELD_SHARE) {
        clocks.put(
            schedule.frequencyMhz(), schedule.smMhz() == null ? Double.NaN : schedule.smMhz());
      }
    }
    return clocks;
  }

  /** Adds a warning if clocks were not held, or if the run set no clocks. */
  static void warn(RunManifest manifest, Warnings warnings) {
    if ("none".equals(manifest.clockControl())) {
      warnings.add(Warning.ofJob(Warning.Kind.DOUBTFUL, withoutControl(manifest.schedules())));
      return;
    }
    TreeMap<Integer, Double> clocks = notHeld(manifest);
    if (!clocks.isEmpty()) {
      warnings.add(
          Warning.ofJob(
              Warning.Kind.DOUBTFUL,
              clocks.entrySet().stream()
                      .map(
                          clock ->
                              String.format(
                                  Locale.ROOT,
                                  "%d MHz (%.0f MHz in force)",
                                  clock.getKey(),
                                  clock.getValue()))
                      .collect(Collectors.joining(", ", "The GPUs did not hold ", ""))
                  + ": a power limit or heat lowered the clocks. The times and energies in the rows of these clocks were measured at the clocks in force."));
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
