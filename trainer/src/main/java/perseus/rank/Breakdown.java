package perseus.rank;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import perseus.engine.StageProgram;

/** What the time of a rank's iterations went into. */
final class Breakdown {
  private final Map<StageProgram.Kind, Long> nanos = new EnumMap<>(StageProgram.Kind.class);
  private int iterations;

  void add(StageProgram.Kind kind, long more) {
    nanos.merge(kind, more, Long::sum);
  }

  void nextIteration() {
    iterations++;
  }

  /** Milliseconds of an iteration by kind of instruction, as a line; starts from nothing again. */
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
