package perseus.attribution.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.recording.Recording;
import perseus.recording.log.Window;

/** Runs all checks of the clocks of a recording, and widens standard errors where they doubt. */
public final class ClockChecks {
  /** All checks. To add a check, add it to this list. */
  private static final List<ClockCheck> ALL =
      List.of(
          new Throttling(),
          new KnownClocks(),
          new UnchangedClock(),
          new ReversedTimes(),
          new SpreadOfTimes());

  private ClockChecks() {}

  /**
   * Checks the energies of all ranks. Adds warnings to {@code recording.warnings()}.
   *
   * @return the energies, with standard errors of times and energies that cover the doubts
   * @throws perseus.io.UserError if the times contradict the frequencies that the user gave
   */
  public static List<RankEnergy> check(List<RankEnergy> ranks, Recording recording) {
    Map<List<Integer>, Double> variances = new HashMap<>();
    for (ClockCheck check : ALL) {
      for (Doubt doubt : check.check(ranks, recording)) {
        variances.merge(
            List.of(doubt.rank(), doubt.frequencyMhz()),
            doubt.relative() * doubt.relative(),
            Double::sum);
      }
    }
    List<RankEnergy> widened = new ArrayList<>();
    for (RankEnergy rank : ranks) {
      int number = rank.place().rank();
      widened.add(
          rank.withWindows(
              rank.windows().stream()
                  .map(
                      window ->
                          widened(
                              window,
                              Math.sqrt(
                                  variances.getOrDefault(
                                      List.of(number, window.frequencyMhz()), 0.0))))
                  .toList()));
    }
    return List.copyOf(widened);
  }

  private static WindowEnergy widened(WindowEnergy window, double relative) {
    return relative == 0
        ? window
        : window.withInstructions(
            window.instructions().stream().map(energy -> widened(energy, relative)).toList());
  }

  private static InstructionEnergy widened(InstructionEnergy energy, double relative) {
    if (!energy.instruction().isComputation()) {
      return energy;
    }
    Window.Durations durations = energy.durations();
    return new InstructionEnergy(
        energy.instruction(),
        new Window.Durations(
            durations.count(),
            durations.mean(),
            combined(durations.stderr(), relative * durations.mean())),
        energy.energyJoules(),
        combined(energy.energyStderrJoules(), relative * energy.energyJoules()));
  }

  /** Returns the standard error from two independent causes; an unknown one counts as 0. */
  private static double combined(double stderr, double added) {
    return Double.isNaN(stderr) ? added : Math.hypot(stderr, added);
  }
}
