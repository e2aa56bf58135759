package perseus.recording.csv;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.io.UserError;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Reads {@code instructions-R.csv}, the instruction log of rank R, and repairs damage. Each sort of
 * repaired damage in a log causes a warning. Damage of a log that cannot be repaired is an error.
 *
 * <p>The class {@link InstructionGroup} sorts the records of each instruction by time, and removes
 * repeated records. The class {@code InstructionLogReader} merges the records of all instructions,
 * and separates records that overlap in time.
 *
 * <p>A record with wrong times is kept and marked as damaged, so that later records still belong to
 * the right iteration.
 */
final class InstructionLogReader {
  /**
   * Maximum overlap in seconds of two consecutive instructions that is not treated as damage. Small
   * overlaps are normal, because the clock is read at the end of an instruction and again at the
   * next start.
   */
  private static final double MAX_NORMAL_OVERLAP_SECONDS = 5e-4;

  /**
   * Maximum fraction of records that may overlap the previous record. A log in which many records
   * overlap the previous record probably holds the records of several ranks.
   */
  private static final double MAX_OVERLAPPING_SHARE = 0.2;

  private final CsvRows rows;
  private final Map<Instruction, InstructionGroup> groups = new LinkedHashMap<>();

  /** Records of the instruction in the previous row of the log. */
  private InstructionGroup last;

  private byte[] lastName;

  private InstructionLogReader(CsvRows rows) {
    this.rows = rows;
  }

  /**
   * Reads the instruction log of one rank.
   *
   * @throws UserError if the log file is missing, holds no record, or holds the records of several
   *     ranks
   */
  static InstructionLog read(Path file, int rank, Warnings warnings) {
    try (CsvRows rows = new CsvRows(file, "instruction", "start", "end")) {
      InstructionLogReader reader = new InstructionLogReader(rows);
      reader.readRows();
      int forwards = reader.forwards();
      reader.groups.values().forEach(group -> group.repair(rows.faults(), forwards));
      reader.groups.values().removeIf(group -> group.size == 0);
      if (reader.groups.isEmpty()) {
        throw new UserError(file + " holds no instruction.");
      }
      InstructionLog log = reader.merge();
      rows.report(rank, warnings);
      return log;
    }
  }

  private int forwards() {
    return groups.values().stream()
        .filter(
            group ->
                ChunkInstruction.of(group.instruction).instruction().equals(Instruction.FORWARD))
        .mapToInt(group -> group.size)
        .sum();
  }

  private void readRows() {
    while (rows.next()) {
      readRow();
    }
  }

  // The loop body is a method, because the JIT compiler optimizes a frequently called method
  // better than a long loop.
  private void readRow() {
    double start = rows.time(1);
    double end = rows.time(2);
    if (rows.isCut() || (!(end >= start) && rows.isLast())) {
      rows.fault(Warning.Kind.LEFT_OUT, "the last line is cut off; it is left out");
      return;
    }
    InstructionGroup group = group();
    if (!(start > 0) || !(end > 0) || Double.isInfinite(start + end)) {
      rows.fault(
          Warning.Kind.LEFT_OUT,
          "start or end is empty, nan, infinite or not above 0; the record's iteration is left out");
      group.addDamaged(Double.isInfinite(start) ? 0 : start, rows.line());
    } else if (end < start) {
      rows.fault(
          Warning.Kind.LEFT_OUT, "the record ends before it starts; its iteration is left out");
      group.addDamaged(start, rows.line());
    } else {
      group.add(start, end, rows.line());
    }
  }

  /**
   * Returns the records of the instruction in the current row. The instruction of the previous row
   * is tried first, because most rows repeat it.
   */
  private InstructionGroup group() {
    if (last == null || !rows.is(0, lastName)) {
      String name = rows.text(0);
      if (name.isEmpty()) {
        throw new UserError(
            "%s, line %d: the instruction has no name.".formatted(rows.file(), rows.line()));
      }
      last = groups.computeIfAbsent(Instruction.ofLogName(name), InstructionGroup::new);
      lastName = name.getBytes(StandardCharsets.UTF_8);
    }
    return last;
  }

  /** Merges the records of all instructions into one log, in order of time. */
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
    if (overlapping > MAX_OVERLAPPING_SHARE * size) {
      throw new UserError(
          "%s: %d of %d instructions overlap the one before. Does the file hold the logs of several ranks?"
              .formatted(rows.file(), overlapping, size));
    }
    return log;
  }

  /**
   * Returns the index of the instruction with the earliest record that is not yet in the merged
   * log.
   */
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

  /**
   * Separates two overlapping records. If two records overlap by at most {@link
   * #MAX_NORMAL_OVERLAP_SECONDS}, the later record starts at the end of the earlier record. Two
   * records that overlap by more than {@code MAX_NORMAL_OVERLAP_SECONDS}, or end in the wrong
   * order, are marked as damaged.
   *
   * @param before index of the earlier record in {@code log}
   * @param i index of the later record in {@code log}
   * @param line line number of the later record in the log file
   * @return whether both records were marked as damaged
   */
  private boolean separate(InstructionLog log, int before, int i, long line) {
    double overlap = log.end()[before] - log.start()[i];
    if (overlap <= MAX_NORMAL_OVERLAP_SECONDS && log.end()[i] > log.end()[before]) {
      log.start()[i] = log.end()[before];
      return false;
    }
    rows.faults()
        .add(
            Warning.Kind.LEFT_OUT,
            "the record overlaps another one of this rank; its iteration is left out",
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
