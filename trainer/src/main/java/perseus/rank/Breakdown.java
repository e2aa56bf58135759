package perseus.rank;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import perseus.engine.StageProgram;

/** Sums the wall-clock time that a rank spends on each kind of instruction. */
final class Breakdown {
  private final Map<StageProgram.Kind, Long> nanos = new EnumMap<>(StageProgram.Kind.class);
  private int iterations;

  void add(StageProgram.Kind kind, long instructionNanos) {
    nanos.merge(kind, instructionNanos, Long::sum);
  }

  void nextIteration() {
    iterations++;
  }

  /**
   * Returns a line of text that states how many milliseconds of an iteration each kind of
   * instruction takes on average. The method sets all sums to 0.
   */
  String take() {
    StringJoiner line = new StringJoiner(", ", "ms per iteration: ", "");
    int count = Math.max(1, iterations);
    nanos.forEach(
        (kind, sum) ->
            line.add(
                String.format(
                    Locale.ROOT,
                    "%s %.1f",
                    kind.name().toLowerCase(Locale.ROOT),
                    sum / 1e6 / count)));
    nanos.clear();
    iterations = 0;
    return line.toString();
  }
}
