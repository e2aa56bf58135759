package perseus.pipeline.dagfile;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perseus.io.UserError;

/** Checks the operations of a JSON schedule file ({@link JsonSchedule}) one by one. */
final class Checks {
  /**
   * Maximum time in seconds from the end of an operation until its result arrives at an operation
   * that waits for it. Transfers of real jobs take less than a second.
   */
  private static final double MAX_LAG_SECONDS = 3600;

  private final Path file;
  private final List<JsonScheduleFile.Entry> entries;
  private final Map<String, Integer> byId = new HashMap<>();

  /**
   * Checks the operations.
   *
   * @throws UserError if an operation is not valid
   */
  Checks(Path file, List<JsonScheduleFile.Entry> entries) {
    this.file = file;
    this.entries = entries;
    check();
  }

  /** Returns the index of each operation in the file, by its id. */
  Map<String, Integer> indices() {
    return byId;
  }

  private void check() {
    Map<List<Object>, JsonScheduleFile.Entry> byStep = new HashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      JsonScheduleFile.Entry entry = entries.get(i);
      if (entry == null || entry.id() == null || entry.id().isBlank()) {
        String line = entry == null ? "" : ", line " + entry.line();
        throw new UserError("%s%s: operation %d has no id.".formatted(file, line, i + 1));
      }
      if (entry.stage() == null || entry.instruction() == null || entry.instruction().isBlank()) {
        throw refused(file, entry, "operation '%s' needs a stage and an instruction", entry.id());
      }
      if (entry.stage() < 0
          || (entry.rank() != null && entry.rank() < 0)
          || (entry.microbatch() != null && entry.microbatch() < 0)) {
        throw refused(
            file, entry, "operation '%s' has a negative stage, rank or microbatch", entry.id());
      }
      if (byId.put(entry.id(), i) != null) {
        throw refused(file, entry, "the file has two operations '%s'", entry.id());
      }
      if (entry.microbatch() != null) {
        JsonScheduleFile.Entry other =
            byStep.put(List.of(entry.stage(), entry.instruction(), entry.microbatch()), entry);
        if (other != null) {
          throw refused(
              file,
              entry,
              "operations '%s' and '%s' are both the %s of microbatch %d on stage %d",
              other.id(),
              entry.id(),
              entry.instruction(),
              entry.microbatch(),
              entry.stage());
        }
      }
    }
    for (JsonScheduleFile.Entry entry : entries) {
      Map<String, Double> lags = new HashMap<>();
      for (JsonScheduleFile.Predecessor predecessor : entry.predecessors()) {
        check(entry, predecessor);
        Double other = lags.putIfAbsent(predecessor.id(), predecessor.lagOrNegative());
        if (other != null && other != predecessor.lagOrNegative()) {
          throw refused(
              file,
              entry,
              "operation '%s' waits for '%s' twice, with different lags",
              entry.id(),
              predecessor.id());
        }
      }
    }
  }

  private void check(JsonScheduleFile.Entry entry, JsonScheduleFile.Predecessor predecessor) {
    if (!byId.containsKey(predecessor.id())) {
      throw refused(
          file,
          entry,
          "operation '%s' waits for '%s', but the file has no such operation",
          entry.id(),
          predecessor.id());
    }
    Double lag = predecessor.lagSeconds();
    if (lag != null && !(lag >= 0 && lag <= MAX_LAG_SECONDS)) {
      throw refused(
          file,
          entry,
          "operation '%s' waits for '%s' with a lag of %s s, but a lag is a number from 0 to %.0f s",
          entry.id(),
          predecessor.id(),
          lag,
          MAX_LAG_SECONDS);
    }
  }

  /**
   * Creates the error for an operation in the file that is not valid. The error message names the
   * line of the file where the operation begins.
   */
  static UserError refused(
      Path file, JsonScheduleFile.Entry entry, String problem, Object... values) {
    return new UserError(
        "%s, line %d: %s.".formatted(file, entry.line(), problem.formatted(values)));
  }
}
