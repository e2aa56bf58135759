package perseus.attribution;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.pipeline.Instruction;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;
import perseus.recording.log.Window;

/** Notices where one rank's data is too thin to be sure, and says what to record more of. */
final class FitChecks {
  private static final int UPDATES_PER_POWER = 6;

  private static final double UNSURE = 0.05;

  private static final double LOW_R2 = 0.5;

  private static final double UNBALANCED = 0.01;

  private final int rank;
  private final Map<String, Finding> findings = new LinkedHashMap<>();

  /** The frequency at which a finding is worst, how bad, and at how many in all. */
  private record Finding(String worst, double severity, int count) {}

  FitChecks(int rank) {
    this.rank = rank;
  }

  void noUpdates(Window window) {
    add(
        "is left out: no counter update falls into it; record more iterations of each frequency"
            + " (--num_prof_steps)",
        window.frequencyMhz(),
        "",
        1);
  }

  void check(WindowEnergy energy, int powers) {
    int frequency = energy.frequencyMhz();
    if (energy.updates() < UPDATES_PER_POWER * powers) {
      add(
          "has few counter updates for the powers looked for; record more iterations of each"
              + " frequency (--num_prof_steps)",
          frequency,
          energy.updates() + " updates for " + powers + " powers",
          (double) powers / energy.updates());
    }
    for (InstructionEnergy e : energy.instructions()) {
      double share = e.energyStderrJoules() / e.energyJoules();
      Instruction kind = e.instruction();
      if (kind.isComputation() && share > UNSURE) {
        add(
            "knows the energy of "
                + kind
                + " badly; record more iterations or another number of microbatches too",
            frequency,
            String.format(Locale.ROOT, "standard error %.0f %%", 100 * share),
            share);
      }
    }
    if (energy.r2() < LOW_R2) {
      add(
          "is predicted badly by the instructions recorded; something else used power, or clocks"
              + " of the two logs differ",
          frequency,
          String.format(Locale.ROOT, "R^2 %.2f", energy.r2()),
          1 - energy.r2());
    }
    double balance = energy.attributedJoules() / energy.counterJoules() - 1;
    // The window's ends fall between updates, which matters where there are few.
    if (Math.abs(balance) > UNBALANCED + 0.5 / energy.updates()) {
      add(
          "does not add up to what the counter rose by",
          frequency,
          String.format(Locale.ROOT, "%+.1f %%", 100 * balance),
          Math.abs(balance));
    }
  }

  private void add(String what, int frequencyMhz, String amount, double severity) {
    String where = frequencyMhz + " MHz" + (amount.isEmpty() ? "" : " (" + amount + ")");
    findings.merge(
        what,
        new Finding(where, severity, 1),
        (before, now) ->
            new Finding(
                before.severity < now.severity ? now.worst : before.worst,
                Math.max(before.severity, now.severity),
                before.count + 1));
  }

  void report(Warnings warnings) {
    findings.forEach(
        (what, finding) ->
            warnings.add(
                new Warning(
                    what.startsWith("is left out") ? Warning.Kind.LEFT_OUT : Warning.Kind.DOUBTFUL,
                    what,
                    rank,
                    finding.count,
                    finding.severity,
                    "Rank %d at %s %s%s."
                        .formatted(
                            rank,
                            finding.worst,
                            what,
                            finding.count == 1
                                ? ""
                                : "; so at " + (finding.count - 1) + " more of its frequencies"))));
  }
}
