package perseus.rank;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import perseus.engine.StageProgram;

/** Sums the wall-clock time of a rank's iterations by kind of instruction. */
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
   * Returns the mean time of an iteration in milliseconds, by kind of instruction, as a line of
   * text. The sums then start again from 0.
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
