package perseus.cli.analyze;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import perseus.cli.common.SecondsRange;
import perseus.io.Named;
import perseus.numeric.Percent;
import perseus.pipeline.Instruction;
import perseus.planfile.AllMaxCheck;
import perseus.planfile.PlanSummary;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/** Prints the results of {@code perseus-analyze}: warnings, profiles and plans. */
final class Report {
  /**
   * If there are more than {@code MANY_CHANGES_PER_STAGE} changes of clock per stage, the report
   * suggests {@code --switch-cost}. With this flag, plans include the time of each change. A GPU
   * takes 10 to 100 ms to change its clock.
   */
  private static final int MANY_CHANGES_PER_STAGE = 4;

  private final PrintWriter out;
  private final PrintWriter err;

  Report(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  void warnings(List<String> warnings) {
    warnings.forEach(warning -> err.println("warning: " + warning));
    err.flush();
  }

  /**
   * Prints the warnings about a recording, and the stage profile that was made from it. If the flag
   * {@code --explain} was given, the method also prints a report about the accuracy of the
   * energies.
   */
  void recording(AttributionFlags.Result result) {
    Warnings warnings = result.recording().warnings();
    warnings(result.profile().notes().warnings());
    long repaired = warnings.count(Warning.Kind.REPAIRED);
    long leftOut = warnings.count(Warning.Kind.LEFT_OUT);
    if (repaired + leftOut > 0) {
      err.println(repairs(repaired, leftOut));
      err.flush();
    }
    profile(result.profile());
    if (result.explanation() != null) {
      result.explanation().print(out);
      result.recording().revisit().ifPresent(out::println);
      out.flush();
    }
  }

  /**
   * Returns a text with the numbers of repaired and left out parts of a recording. At least one
   * number must be above 0.
   */
  static String repairs(long repaired, long leftOut) {
    long first = repaired > 0 ? repaired : leftOut;
    return "%d %s %s %s%s; the warnings name %s."
        .formatted(
            first,
            first == 1
                ? "record, reading, iteration or frequency"
                : "records, readings, iterations or frequencies",
            first == 1 ? "was" : "were",
            repaired > 0 ? "repaired" : "left out",
            repaired > 0 && leftOut > 0 ? ", and %d left out".formatted(leftOut) : "",
            repaired + leftOut == 1 ? "it" : "them");
  }

  /**
   * Prints a stage profile as a table with one row per stage and instruction. Each row shows the
   * time and energy at the highest frequency, and at the frequency of minimum energy.
   */
  void profile(StageProfile profile) {
    ProfileNotes notes = profile.notes();
    if (Boolean.TRUE.equals(notes.simulated())) {
      out.println("Energies are simulated.");
    }
    out.printf(
        Locale.ROOT,
        "%-6s %-15s %9s | %5s %9s %9s | %5s %9s %9s%n",
        "stage",
        "instruction",
        "instances",
        "MHz",
        "time",
        "energy",
        "MHz",
        "time",
        "least");
    for (int s = 0; s < profile.stages(); s++) {
      for (Instruction instruction : profile.instructions(s)) {
        List<ProfileRow> rows = profile.options(s, instruction);
        ProfileRow highest = rows.get(0);
        ProfileRow least =
            rows.stream().min(Comparator.comparingDouble(ProfileRow::energyJoules)).orElseThrow();
        out.printf(
            Locale.ROOT,
            "%-6d %-15s %9s | %5d %7.2f ms %7.2f J | %5d %7.2f ms %7.2f J%n",
            s,
            instruction,
            highest.quality().instances() == 0 ? "" : highest.quality().instances(),
            highest.frequencyMhz(),
            1000 * highest.timeSeconds(),
            highest.energyJoules(),
            least.frequencyMhz(),
            1000 * least.timeSeconds(),
            least.energyJoules());
      }
    }
    if (notes.blockingWatts() != null) {
      out.printf(Locale.ROOT, "A GPU draws %.1f W while it waits.%n", notes.blockingWatts());
    }
    if (notes.lagSeconds() != null) {
      out.printf(
          Locale.ROOT, "The energy counter lags %.1f ms behind.%n", 1000 * notes.lagSeconds());
    }
    if (notes.switchSeconds() != null) {
      out.printf(
          Locale.ROOT,
          "A change of clock takes %.1f ms; plans include this time unless --switch-cost gives another one.%n",
          1000 * notes.switchSeconds());
    }
    out.flush();
  }

  /**
   * Prints the most important values of the plans that were made. The method also prints the path
   * of the directory that contains the plan files.
   */
  void plans(PlanSummary summary, Path directory) {
    if (summary.simulated()) {
      out.println("Energies are simulated.");
    }
    out.printf(
        Locale.ROOT,
        "%s for %s x %s (%s), %s%n",
        Named.count(summary.plans(), "plan"),
        Named.count(summary.stages(), "stage"),
        Named.count(summary.microbatches(), "microbatch"),
        summary.schedule(),
        SecondsRange.of(summary.fastest().timeS(), summary.leastEffectiveEnergyTimeS()));
    out.printf(
        Locale.ROOT,
        "  %-14s %12.4f s %14.2f J%n",
        "all-max",
        summary.allMax().timeS(),
        summary.allMax().energyJ());
    boolean wrong = AllMaxCheck.isImpossible(summary.fastest().slowdown());
    point("fastest plan", summary.fastest(), wrong);
    point("least energy", summary.leastEnergy(), wrong);
    for (PlanSummary.Asked asked : summary.asked()) {
      // If the user allows more time than summary.leastEffectiveEnergyTimeS(), it saves energy to
      // run a faster plan and then wait. If the GPUs wait after the iteration, asked.lowerBoundJ()
      // includes the energy of waiting.
      boolean waits = asked.timeS() > summary.leastEffectiveEnergyTimeS() * (1 + 1e-9);
      out.printf(
          Locale.ROOT,
          "  for %.6f s    plan %d: %.4f s, %.2f J%s; %s%n",
          asked.timeS(),
          asked.plan(),
          asked.planTimeS(),
          asked.planEnergyJ(),
          waiting(asked, summary.blockingWatts()),
          waits
              ? "a slower plan needs more energy than this plan plus waiting"
              : String.format(Locale.ROOT, "lower bound %.2f J", asked.lowerBoundJ()));
    }
    out.printf(
        Locale.ROOT,
        "  at most %s above the lower bound, %s on average%n",
        Percent.of(summary.largestGap(), 3),
        Percent.of(summary.meanGap(), 3));
    if (summary.boundCertificate() > 0) {
      out.printf(
          Locale.ROOT,
          "  (the exact lower bound, not computed for so many operations, is at most %s higher)%n",
          Percent.of(summary.boundCertificate(), 4));
    }
    if (summary.minDwellSeconds() > 0) {
      out.printf(
          "  (every clock is held for at least %s s; the lower bound ignores this)%n",
          summary.minDwellSeconds());
    }
    int changes = summary.fastest().clockChanges();
    if (summary.switchSeconds() == 0 && changes > MANY_CHANGES_PER_STAGE * summary.stages()) {
      out.printf(
          "  (plans change clocks up to %d times an iteration, as if that took no time; --switch-cost 0.01 counts 10 ms each)%n",
          changes);
    }
    out.println("Written to " + directory);
    out.flush();
  }

  /**
   * Returns a text with the energy of the plan and of waiting until the time that the user gave.
   * The text is empty if the plan ends no earlier than that time.
   */
  private static String waiting(PlanSummary.Asked asked, double blockingWatts) {
    double seconds = asked.timeS() - asked.planTimeS();
    return seconds <= 0
        ? ""
        : String.format(
            Locale.ROOT, ", with waiting %.2f J", asked.planEnergyJ() + blockingWatts * seconds);
  }

  /** Prints the line of a plan; without its saving if the profile is wrong. */
  private void point(String name, PlanSummary.Point point, boolean wrong) {
    out.printf(
        Locale.ROOT,
        "  %-14s %12.4f s %14.2f J  %s, %.4f x the time, %s of clock%n",
        name,
        point.timeS(),
        point.energyJ(),
        wrong
            ? "not to be trusted (see the warning)"
            : "%12s energy".formatted(Percent.lessOrMore(point.reduction())),
        point.slowdown(),
        Named.count(point.clockChanges(), "change"));
  }
}
