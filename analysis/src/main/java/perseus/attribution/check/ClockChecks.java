package perseus.attribution.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.recording.Recording;

/**
 * Runs all checks of whether the GPUs of a recording really ran at the requested clocks. If times
 * and energies may be wrong, their standard errors are increased.
 */
public final class ClockChecks {
  /** A new clock check must be added to this list. */
  private static final List<ClockCheck> ALL =
      List.of(
          new Throttling(),
          new KnownClocks(),
          new UnchangedClock(),
          new ReversedTimes(),
          new SpreadOfTimes());

  private ClockChecks() {}

  /**
   * Checks whether the energies of all ranks were measured at the requested clocks. Adds warnings
   * to {@code recording.warnings()}.
   *
   * @return the energies of all ranks, with increased standard errors of times and energies that
   *     may be wrong
   * @throws perseus.io.UserError if the times contradict the frequencies that the user gave
   */
  public static List<RankEnergy> check(List<RankEnergy> ranks, Recording recording) {
    Map<Integer, List<Doubt>> doubts = new HashMap<>();
    for (ClockCheck check : ALL) {
      for (Doubt doubt : check.check(ranks, recording)) {
        doubts.computeIfAbsent(doubt.rank(), rank -> new ArrayList<>()).add(doubt);
      }
    }
    return ranks.stream()
        .map(rank -> widened(rank, doubts.getOrDefault(rank.place().rank(), List.of())))
        .toList();
  }

  private static RankEnergy widened(RankEnergy rank, List<Doubt> doubts) {
    return doubts.isEmpty()
        ? rank
        : rank.withWindows(
            rank.windows().stream()
                .map(
                    window ->
                        window.withInstructions(
                            window.instructions().stream()
                                .map(energy -> widened(energy, rank, window, doubts))
                                .toList()))
                .toList());
  }

  private static InstructionEnergy widened(
      InstructionEnergy energy, RankEnergy rank, WindowEnergy window, List<Doubt> doubts) {
    int number = rank.place().rank();
    List<Doubt> own =
        doubts.stream()
            .filter(d -> d.affects(number, window.frequencyMhz(), energy.instruction()))
            .toList();
    if (own.isEmpty() || !energy.instruction().isComputation()) {
      return energy;
    }
    double ofTime = rootOfSquares(own, Doubt::relative);
    double ofEnergy = rootOfSquares(own, Doubt::relativeEnergy);
    return energy.withRelativeErrors(ofTime, ofEnergy);
  }

  private static double rootOfSquares(List<Doubt> doubts, ToDoubleFunction<Doubt> error) {
    return Math.sqrt(doubts.stream().mapToDouble(error).map(e -> e * e).sum());
  }
}
