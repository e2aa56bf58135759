package perseus.recording.csv;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/** Reads {@code instructions-R.csv}: repairs what can be repaired and refuses the rest. */
public final class InstructionLogReader {
  /** Instructions of one rank may touch: two clocks read one after the other. */
  private static final double TOUCH_SECONDS = 5e-4;

  /** A log with more overlapping records than this share is not one rank's. */
  private static final double OVERLAPPING_SHARE = 0.2;

  private final CsvRows rows;
  private final Map<Instruction, InstructionGroup> groups = new LinkedHashMap<>();
  private InstructionGroup last;
  private byte[] lastName;

  private InstructionLogReader(CsvRows rows) {
    this.rows = rows;
  }

  /**
   * Reads one rank's instruction log.
   *
   * @throws UserError if it is missing, holds no record, or is not one rank's log
   */
  public static InstructionLog read(Path file, int rank, Warnings warnings) {
    try (CsvRows rows = new CsvRows(file, "instruction", "start", "end")) {
      InstructionLogReader reader = new InstructionLogReader(rows);
      reader.readRows();
      reader.groups.values().forEach(group -> group.repair(rows));
      reader.groups.values().removeIf(group -> group.size == 0);
      if (reader.groups.isEmpty()) {
        throw new UserError(file + " holds no instruction.");
      }
      InstructionLog log = reader.merge();
      rows.report(rank, warnings);
      return log;
    }
  }

  private void readRows() {
    while (rows.next()) {
      readRow();
    }
  }

  // A method of its own, called for every row, is compiled well after the first few thousand.
  private void readRow() {
    double start = rows.time(1);
    double end = rows.time(2);
    if (rows.isCut() || (!(end >= start) && rows.isLast())) {
      rows.fault(Warning.Kind.LEFT_OUT, "the last line is cut; left out");
      return;
    }
    InstructionGroup group = group();
    if (!(start > 0) || !(end > 0) || Double.isInfinite(start + end)) {
      rows.fault(
          Warning.Kind.LEFT_OUT,
          "start or end is empty, nan or negative; its iteration is left out");
      group.addDamaged(Double.isInfinite(start) ? 0 : start, rows.line());
    } else if (end < start) {
      rows.fault(Warning.Kind.LEFT_OUT, "ends before it starts; its iteration is left out");
      group.addDamaged(start, rows.line());
    } else {
      group.add(start, end, rows.line());
    }
  }

  /** The group of the current row; most rows belong to that of the row before. */
  private InstructionGroup group() {
    if (last == null || !rows.is(0, lastName)) {
      String name = rows.text(0);
      if (name.isEmpty()) {
        throw new UserError(
            rows.file() + ", line " + rows.line() + ": the instruction has no name.");
      }
      last = groups.computeIfAbsent(Instruction.ofLogName(name), InstructionGroup::new);
      lastName = name.getBytes(StandardCharsets.UTF_8);
    }
    return last;
  }

  private InstructionLog merge() {
    List<InstructionGroup> sources = new ArrayList<>(groups.values());
    int size = sources.stream().mapToInt(group -> group.size).sum();
    InstructionLog log =
        new InstructionLog(
            rows.file(),
            sources.stream().map(group -> group.instruction).toList(),
            sources.stream().mapToInt(group -> group.size).toArray(),
            new int[size],
            new double[size],
            new double[size],
            new int[size],
            new boolean[size]);
    int[] next = new int[sources.size()];
    int overlapping = 0;
    int latest = -1;
    for (int i = 0; i < size; i++) {
      int k = earliest(sources, next);
      InstructionGroup group = sources.get(k);
      int j = next[k]++;
      log.kind()[i] = k;
      log.ordinal()[i] = j;
      log.start()[i] = group.start[j];
      log.end()[i] = group.end[j];
      log.damaged()[i] = group.damaged[j];
      if (!log.damaged()[i]) {
        if (latest >= 0
            && log.end()[latest] > log.start()[i]
            && separate(log, latest, i, group.line[j])) {
          overlapping++;
        }
        latest = i;
      }
    }
    if (overlapping > OVERLAPPING_SHARE * size) {
      throw new UserError(
          rows.file()
              + ": "
              + overlapping
              + " of "
              + size
              + " instructions overlap the one before; are these the logs of several ranks?");
    }
    return log;
  }

  private static int earliest(List<InstructionGroup> sources, int[] next) {
    int earliest = -1;
    double start = Double.POSITIVE_INFINITY;
    for (int k = 0; k < next.length; k++) {
      InstructionGroup group = sources.get(k);
      if (next[k] < group.size && (earliest < 0 || group.start[next[k]] < start)) {
        earliest = k;
        start = group.start[next[k]];
      }
    }
    return earliest;
  }

  /** Makes record {@code i} begin after {@code before}; true if that is more than a touch. */
  private boolean separate(InstructionLog log, int before, int i, long line) {
    double overlap = log.end()[before] - log.start()[i];
    if (overlap <= TOUCH_SECONDS && log.end()[i] > log.end()[before]) {
      log.start()[i] = log.end()[before];
      return false;
    }
    rows.fault(
        Warning.Kind.LEFT_OUT,
        "overlaps another instruction of its rank; its iteration is left out",
        line);
    log.damaged()[before] = true;
    log.damaged()[i] = true;
    if (log.end()[before] > log.end()[i]) {
      log.end()[i] = log.end()[before];
    }
    log.end()[before] = Math.min(log.end()[before], log.start()[i]);
    return true;
  }
}
