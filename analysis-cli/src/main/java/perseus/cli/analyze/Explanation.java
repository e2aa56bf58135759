package perseus.cli.analyze;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import perseus.attribution.activity.Activity;
import perseus.attribution.result.Attributed;
import perseus.attribution.result.Heat;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.PowerAtLimit;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.Sensor;
import perseus.io.Named;
import perseus.pipeline.Instruction;

/**
 * Prints a report about the accuracy of the energies of a profile. The report describes the energy
 * counter of the GPUs. The report states R^2 for each rank, which measures how closely the fitted
 * powers reproduce the recording.
 */
final class Explanation {
  private final Attributed attributed;
  private final Attributed interpolated;

  /**
   * @param attributed energies of instructions from which the profile was made
   * @param interpolated energies of instructions that were computed by interpolation from the same
   *     recording; the report shows them for comparison
   */
  Explanation(Attributed attributed, Attributed interpolated) {
    this.attributed = attributed;
    this.interpolated = interpolated;
  }

  /** Prints the report: a sentence about the energy counter, and a table with one row per rank. */
  void print(PrintWriter out) {
    if (attributed.sensor() != null) {
      sensor(out, attributed.sensor());
    }
    if (attributed.heat() != null) {
      heat(out, attributed.heat());
    }
    out.printf(
        Locale.ROOT,
        "%-5s %5s %9s %9s %-24s %-19s %9s %18s %14s %9s%n",
        "rank",
        "stage",
        "updates",
        "lag",
        "parts",
        "R^2 held out",
        "interpol.",
        "waiting",
        "counter",
        "explained");
    for (int r = 0; r < attributed.ranks().size(); r++) {
      rank(out, attributed.ranks().get(r), interpolated.ranks().get(r));
    }
    attributed.ranks().forEach(rank -> special(out, rank));
    attributed.ranks().forEach(rank -> powerLimit(out, rank));
    out.println(
        "Parts: into how many parts with different powers an instruction is divided. R^2 held out: how well the fit predicts energy readings that it did not use (1: perfectly), at the worst frequency. Interpol.: the same for interpolation. Explained: energy of instructions and waiting, divided by the increase of the counter.");
    out.flush();
  }

  private void sensor(PrintWriter out, Sensor sensor) {
    long updates = 0;
    double seconds = 0;
    for (RankEnergy rank : attributed.ranks()) {
      for (WindowEnergy window : rank.windows()) {
        updates += window.updates();
        seconds += window.blockingSeconds() + window.busySeconds();
      }
    }
    if (updates > 0) {
      out.printf(
          Locale.ROOT,
          "Sensor: an update about every %.0f ms%s, lag %.2f +- %.2f ms, %s.%n",
          1e3 * seconds / updates,
          sensor.regular() ? " at regular times" : "",
          1e3 * sensor.lagSeconds(),
          1e3 * attributed.lagStderrSeconds(),
          smoothing(sensor.counter()));
    }
    if (sensor.samples() != null) {
      out.printf(
          Locale.ROOT,
          "Power samples: lag %.2f ms, %s%s.%n",
          1e3 * sensor.samples().lagSeconds(),
          smoothing(sensor.samples()),
          switch (sensor.stamps()) {
            case RIGHT -> "";
            case LATE -> "; late times of some samples are corrected";
            case UNRELIABLE -> "; samples with unreliable times are left out";
          });
    }
  }

  private static void heat(PrintWriter out, Heat heat) {
    out.printf(
        Locale.ROOT,
        "Heat: power rises by %.2f +- %.2f %% per 10 K; energies are those at %s.%n",
        1e3 * heat.slopePerKelvin(),
        1e3 * heat.slopeStderr(),
        heat.referenceCelsius().entrySet().stream()
            .map(
                entry ->
                    String.format(
                        Locale.ROOT, "%.1f C (rank %d)", entry.getValue(), entry.getKey()))
            .collect(Collectors.joining(", ")));
  }

  private static String smoothing(Kernel kernel) {
    if (kernel.lowPassSeconds() > 0) {
      return String.format(
          Locale.ROOT, "low-pass with a time constant of %.1f ms", 1e3 * kernel.lowPassSeconds());
    }
    if (kernel.averageSeconds() > 0) {
      return String.format(
          Locale.ROOT, "running average over %.0f ms", 1e3 * kernel.averageSeconds());
    }
    return kernel.share() == 1
        ? "no smoothing"
        : String.format(
            Locale.ROOT, "mean of the last %.0f %% of each update", 100 * kernel.share());
  }

  private static void rank(PrintWriter out, RankEnergy rank, RankEnergy interpolated) {
    List<WindowEnergy> windows = rank.windows();
    double counter = windows.stream().mapToDouble(WindowEnergy::counterJoules).sum();
    double explained = windows.stream().mapToDouble(WindowEnergy::attributedJoules).sum();
    out.printf(
        Locale.ROOT,
        "%-5d %5d %9d %9s %-24s %-19s %9s %18s %12.0f J %8.2f%%%n",
        rank.place().rank(),
        rank.place().ppRank(),
        windows.stream().mapToLong(WindowEnergy::updates).sum(),
        Double.isNaN(rank.ownLagSeconds())
            ? ""
            : String.format(Locale.ROOT, "%.2f ms", 1e3 * rank.ownLagSeconds()),
        rank.parts().entrySet().stream()
            .filter(entry -> !Activity.isSpecial(entry.getKey()))
            .sorted(Comparator.comparing(entry -> entry.getKey().name()))
            .map(entry -> entry.getKey().name() + " " + entry.getValue())
            .collect(Collectors.joining(", ")),
        lowestR2(windows),
        r2(lowest(interpolated.windows())),
        waiting(rank),
        counter,
        100 * explained / counter);
  }

  /**
   * Prints each activity of a rank for which a separate power was estimated, such as the first
   * forward of an iteration. The printed times and energies are means at the highest frequency.
   */
  private static void special(PrintWriter out, RankEnergy rank) {
    WindowEnergy window = rank.windows().get(0);
    for (InstructionEnergy special : window.special()) {
      InstructionEnergy typical = window.of(Activity.instruction(special.instruction()));
      out.printf(
          Locale.ROOT,
          "Rank %d at %d MHz: %s has a separate power: %.2f ms, %.2f J%s.%n",
          rank.place().rank(),
          window.frequencyMhz(),
          nameOf(special.instruction()),
          1e3 * special.durations().mean(),
          special.energyJoules(),
          typical == null
              ? ""
              : String.format(
                  Locale.ROOT,
                  " (typical: %.2f ms, %.2f J)",
                  1e3 * typical.durations().mean(),
                  typical.energyJoules()));
    }
  }

  private static String nameOf(Instruction activity) {
    if (Activity.isBetweenIterations(activity)) {
      return "the time between iterations";
    }
    if (Activity.isUnrecorded(activity)) {
      return "the unrecorded work after %s of an iteration".formatted(Activity.placeOf(activity));
    }
    Instruction instruction = Activity.instruction(activity);
    return Activity.isStalled(activity)
        ? "a stalled " + instruction
        : "%s %d of an iteration".formatted(instruction, Activity.position(activity) + 1);
  }

  /**
   * Prints the frequencies at which the power limit of a rank's GPU reduces powers, and the reduced
   * powers.
   */
  private static void powerLimit(PrintWriter out, RankEnergy rank) {
    for (WindowEnergy window : rank.windows()) {
      PowerAtLimit limit = window.powerAtLimit();
      if (limit != null) {
        out.printf(
            Locale.ROOT,
            "Rank %d at %d MHz: the power limit lowers the power within %s: %.0f W at first after a wait, then %.0f W.%n",
            rank.place().rank(),
            window.frequencyMhz(),
            Named.list(limit.instructions().stream().map(Instruction::name).toList()),
            limit.restedWatts(),
            limit.limitWatts());
      }
    }
  }

  private static String waiting(RankEnergy rank) {
    String watts = String.format(Locale.ROOT, "%.1f", rank.blockingWatts());
    if (!rank.blockingPower().isCertain()) {
      return "unknown";
    }
    return Double.isNaN(rank.blockingStderrWatts())
        ? watts + " W"
        : String.format(Locale.ROOT, "%s +- %.1f W", watts, rank.blockingStderrWatts());
  }

  private static String lowestR2(List<WindowEnergy> windows) {
    WindowEnergy lowest = lowest(windows);
    return lowest == null ? "" : "%s at %d MHz".formatted(r2(lowest), lowest.frequencyMhz());
  }

  private static WindowEnergy lowest(List<WindowEnergy> windows) {
    return windows.stream()
        .filter(window -> !Double.isNaN(window.r2()))
        .min(Comparator.comparingDouble(WindowEnergy::r2))
        .orElse(null);
  }

  private static String r2(WindowEnergy window) {
    return window == null ? "" : String.format(Locale.ROOT, "%.3f", window.r2());
  }
}
