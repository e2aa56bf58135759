package perseus.report;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import perseus.io.Named;
import perseus.numeric.Percent;
import perseus.planfile.PlanCatalog;
import perseus.planfile.PlanSummary;
import perseus.planfile.PlannedProblem;
import perseus.profile.ProfileNotes;
import perseus.profile.SensorNotes.HeatNotes;
import perseus.profile.SensorNotes.KernelNotes;

/** Adds to a page a description of how the profile and the plans were computed. */
final class Provenance {
  private final PlannedProblem planned;
  private final PlanSummary summary;

  /**
   * @param summary summary of the plans; null if the directory has none
   */
  Provenance(PlannedProblem planned, PlanSummary summary) {
    this.planned = planned;
    this.summary = summary;
  }

  void addTo(Html page) {
    page.open("dl");
    addProfile(page, planned.profile().notes());
    addPlans(page, planned.catalog());
    page.close("dl");
    if (summary != null && summary.command() != null) {
      page.element("h3", "Repeat it");
      page.open("p");
      page.command(summary.command());
      page.close("p");
      page.element("p.mute", "Run it in the same directory with the same version of Perseus.");
    }
  }

  private void addProfile(Html page, ProfileNotes notes) {
    row(page, "Profile", notes.source());
    row(page, "GPU", notes.gpu());
    row(page, "Frequencies", frequencies(planned.profile().frequencies()));
    if (notes.throttled() != null) {
      row(page, "Frequencies not reached (power limit or heat)", frequencies(notes.throttled()));
    }
    row(page, "Attribution", notes.attribution());
    if (notes.sensor() != null) {
      row(page, "Energy counter", kernel(notes.sensor().counter()));
      row(page, "Power samples", kernel(notes.sensor().samples()));
      row(page, "Heat", heat(notes.sensor().heat()));
    } else if (notes.lagSeconds() != null) {
      row(page, "Energy counter", "lag " + milliseconds(notes.lagSeconds()));
    }
    List<Double> watts =
        notes.stageBlockingWatts() == null
            ? List.of(notes.blockingWatts())
            : notes.stageBlockingWatts();
    row(
        page,
        "Blocking power",
        "%s W while all GPUs wait; per GPU of each stage: %s"
            .formatted(
                PlanReport.number(planned.catalog().blockingWatts(), 1), list(watts, 1, " W")));
    if (notes.gpusPerStage() != null) {
      row(page, "GPUs per stage", list(notes.gpusPerStage(), 0, ""));
    }
    if (notes.stageTransferSeconds() != null && !notes.stageTransferSeconds().isEmpty()) {
      row(
          page,
          "Transfers between stages",
          list(notes.stageTransferSeconds().stream().map(s -> 1000 * s).toList(), 2, " ms"));
    }
    if (notes.special() != null && !notes.special().isEmpty()) {
      row(
          page,
          "Unusual executions",
          notes.special().size()
              + " (positions of an iteration with a separate time and energy; see special in profile.json)");
    }
  }

  private void addPlans(Html page, PlanCatalog catalog) {
    row(page, "Planner", catalog.planner() + ", " + Named.count(catalog.plans().size(), "plan"));
    row(
        page,
        "Schedule",
        "%s, %s, %s, %s"
            .formatted(
                catalog.schedule(),
                Named.count(catalog.stages(), "stage"),
                Named.count(catalog.microbatches(), "microbatch"),
                Named.count(planned.problem().dag().size(), "operation")));
    double change = catalog.switchCostS() == null ? 0 : catalog.switchCostS();
    row(
        page,
        "Change of clock",
        change == 0 ? "assumed to take no time" : "takes at most " + milliseconds(change));
    if (catalog.minDwellS() != null && catalog.minDwellS() > 0) {
      row(
          page,
          "A GPU keeps a clock for at least",
          PlanReport.number(catalog.minDwellS(), 3) + " s");
    }
    row(
        page,
        "Iteration times",
        "shortest: %s s; least energy: %s s (T*); beyond %s s (T_eps), a faster plan and waiting take less energy than a slower plan"
            .formatted(
                PlanReport.number(catalog.shortestTimeS(), 4),
                PlanReport.number(catalog.leastEnergyTimeS(), 4),
                PlanReport.number(catalog.leastEffectiveEnergyTimeS(), 4)));
    if (summary != null) {
      row(
          page,
          "Lower bound",
          summary.boundCertificate() > 0
              ? "the exact bound is at most %s higher"
                  .formatted(Percent.of(summary.boundCertificate(), 4))
              : "exact, %d breakpoints".formatted(summary.breakpoints()));
    }
    row(
        page,
        "Versions",
        "%s; plans.json %d, profile.json %d"
            .formatted(
                summary == null || summary.program() == null ? "Perseus" : summary.program(),
                catalog.schemaVersion(),
                planned.profile().notes().schemaVersion()));
  }

  /** Adds a row if its value is known. */
  private static void row(Html page, String name, String value) {
    if (value != null && !value.isBlank()) {
      page.element("dt", name);
      page.element("dd", value);
    }
  }

  private static String frequencies(Collection<Integer> clocks) {
    return clocks.isEmpty()
        ? ""
        : "%d, from %d to %d MHz"
            .formatted(
                clocks.size(),
                clocks.stream().mapToInt(c -> c).min().orElseThrow(),
                clocks.stream().mapToInt(c -> c).max().orElseThrow());
  }

  private static String kernel(KernelNotes kernel) {
    if (kernel == null) {
      return "";
    }
    return "lag "
        + milliseconds(kernel.lagSeconds())
        + (kernel.lowPassSeconds() > 0
            ? ", low-pass filter with a time constant of " + milliseconds(kernel.lowPassSeconds())
            : "")
        + (kernel.averageSeconds() > 0
            ? ", average over " + milliseconds(kernel.averageSeconds())
            : "")
        + (kernel.share() < 1
            ? ", sees only %s of the time between updates".formatted(Percent.of(kernel.share(), 0))
            : "");
  }

  private static String heat(HeatNotes heat) {
    return heat == null
        ? ""
        : "energies are given at one temperature per GPU; power changes by %s per kelvin (standard error %s)"
            .formatted(Percent.of(heat.slopePerKelvin(), 3), Percent.of(heat.slopeStderr(), 3));
  }

  private static String milliseconds(double seconds) {
    return PlanReport.number(1000 * seconds, 2) + " ms";
  }

  /**
   * Returns the values of all stages as text. If all stages have the same value, the text contains
   * this value once.
   */
  private static String list(List<? extends Number> values, int decimals, String unit) {
    List<String> texts =
        values.stream().map(value -> PlanReport.number(value.doubleValue(), decimals)).toList();
    return texts.stream().distinct().count() == 1
        ? texts.get(0) + unit
        : texts.stream().collect(Collectors.joining(", ")) + unit;
  }
}
