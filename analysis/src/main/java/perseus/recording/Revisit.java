package perseus.recording;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import perseus.numeric.Percent;
import perseus.recording.iteration.IterationBlocks;
import perseus.recording.iteration.RevisitMove;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;
import perseus.recording.run.FrequencyWindow;
import perseus.recording.run.RunDirectory;

/**
 * Compares two measurements of the first frequency of a run, at the start and at the end of the
 * run. Several threads may use one {@code Revisit} object at the same time.
 */
final class Revisit {
  /** Maximum relative change of the iteration time without a warning. */
  private static final double MAX_TIME = 0.01;

  /**
   * Maximum relative change of the mean power without a warning. A GPU that gets 30 K hotter draws
   * about 3 % more power.
   */
  private static final double MAX_POWER = 0.03;

  private final Warnings warnings;
  private final Set<RevisitMove> moves = new LinkedHashSet<>();

  Revisit(Warnings warnings) {
    this.warnings = warnings;
  }

  /**
   * Adds the iterations of one rank in one directory to the comparison of two measurements. A run
   * that measured its first frequency only once is ignored.
   */
  void add(int rank, RunDirectory directory, IterationBlocks iterations, EnergyLog energy) {
    Optional<FrequencyWindow> again = directory.revisit();
    if (again.isEmpty()) {
      return;
    }
    directory.windows.stream()
        .filter(window -> window.frequencyMhz() == again.get().frequencyMhz())
        .findFirst()
        .map(first -> RevisitMove.of(rank, iterations, energy, first, again.get()))
        .filter(Objects::nonNull)
        .ifPresent(move -> add(move, again.get().frequencyMhz()));
  }

  private void add(RevisitMove move, int frequencyMhz) {
    synchronized (moves) {
      moves.add(move);
    }
    double severity =
        Math.max(Math.abs(move.time()) / MAX_TIME, Math.abs(move.power()) / MAX_POWER);
    if (severity > 1) {
      warnings.add(
          new Warning(
              Warning.Kind.DOUBTFUL,
              "revisit",
              move.rank(),
              1,
              severity,
              String.format(
                  Locale.ROOT,
                  "At the end of the run, %d MHz ran again: the time of an iteration had changed by %+.1f %% and the mean power of rank %d by %+.1f %%. The GPU or its host changed meanwhile, so that late frequencies compare less well with early ones. Profile again when the GPUs are as warm as in training.",
                  frequencyMhz,
                  100 * move.time(),
                  move.rank(),
                  100 * move.power())));
    }
  }

  /**
   * Returns a sentence with the mean changes of time and power between two measurements of the
   * first frequency. The returned sentence is empty if the first frequency was measured only once.
   */
  Optional<String> sentence() {
    synchronized (moves) {
      return moves.isEmpty()
          ? Optional.empty()
          : Optional.of(
              String.format(
                  Locale.ROOT,
                  "The first frequency ran again at the end: the time of an iteration had changed by %s, the mean power by %s (mean of %d ranks).",
                  Percent.change(
                      moves.stream().mapToDouble(RevisitMove::time).average().orElseThrow(), 2),
                  Percent.change(
                      moves.stream().mapToDouble(RevisitMove::power).average().orElseThrow(), 2),
                  moves.size()));
    }
  }
}
