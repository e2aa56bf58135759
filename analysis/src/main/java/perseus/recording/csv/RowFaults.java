package perseus.recording.csv;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import perseus.io.Named;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Collects the problems in the rows of one log. For each sort of problem, only the first line
 * number and the number of rows are kept. A log with a million damaged rows causes only one warning
 * for each sort of problem.
 */
final class RowFaults {
  private final Path file;
  private final String firstColumn;
  private final Map<String, Fault> faults = new LinkedHashMap<>();

  /** Holds the number of rows with one sort of problem, and the first line number. */
  private record Fault(Warning.Kind kind, long firstLine, long count) {}

  /**
   * @param firstColumn name of the log's first required column; the topic of each warning begins
   *     with it ({@link Warning#topic()})
   */
  RowFaults(Path file, String firstColumn) {
    this.file = file;
    this.firstColumn = firstColumn;
  }

  /**
   * Adds a row with a problem.
   *
   * @param kind reaction of the program to the problem
   * @param problem text about the problem and what was done, without a full stop, such as "the
   *     record repeats another one; it is left out"
   * @param line line number of the row in the log, from 1
   */
  void add(Warning.Kind kind, String problem, long line) {
    Fault known = faults.get(problem);
    faults.put(
        problem,
        known == null
            ? new Fault(kind, line, 1)
            : new Fault(kind, Math.min(known.firstLine, line), known.count + 1));
  }

  /** Returns a space and a sentence about the first problem; empty without a problem. */
  String firstSentence() {
    return faults.entrySet().stream()
        .findFirst()
        .map(e -> " Line %d: %s.".formatted(e.getValue().firstLine, e.getKey()))
        .orElse("");
  }

  /** Adds one warning about {@code rank} for each sort of problem in the log. */
  void report(int rank, Warnings warnings) {
    faults.forEach(
        (problem, fault) ->
            warnings.add(
                new Warning(
                    fault.kind,
                    firstColumn + ": " + problem,
                    rank,
                    fault.count,
                    fault.count,
                    "%s, line %d%s: %s."
                        .formatted(file, fault.firstLine, others(fault.count - 1), problem))));
  }

  private static String others(long count) {
    return count == 0 ? "" : " (and " + Named.count(count, "more line") + ")";
  }
}
