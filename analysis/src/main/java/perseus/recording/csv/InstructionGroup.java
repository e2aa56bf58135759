package perseus.recording.csv;

import java.util.Arrays;
import perseus.numeric.Quantile;
import perseus.pipeline.Instruction;
import perseus.recording.log.Warning;

/**
 * Collects the records of one instruction while {@link InstructionLogReader} reads a log, and then
 * repairs them. The repair sorts the records by time, and removes repeated records. It also removes
 * records that a framework wrote when it initialized a timer; their durations are near zero.
 */
final class InstructionGroup {
  /** Maximum duration that counts as near zero, in seconds. */
  private static final double MAX_NEAR_ZERO_SECONDS = 1e-4;

  /**
   * Maximum duration that counts as near zero, as a fraction of the 90th percentile of the
   * instruction's durations. A duration counts as near zero only if it is also below {@link
   * #MAX_NEAR_ZERO_SECONDS}.
   */
  private static final double MAX_NEAR_ZERO_SHARE = 0.05;

  final Instruction instruction;
  double[] start = new double[256];
  double[] end = new double[256];
  long[] line = new long[256];
  boolean[] damaged = new boolean[256];
  int size;

  InstructionGroup(Instruction instruction) {
    this.instruction = instruction;
  }

  /**
   * Adds a record.
   *
   * @param recordStart start of the record, as Unix time in seconds
   * @param recordEnd end of the record, as Unix time in seconds
   * @param recordLine line number of the record in the log file, from 1
   */
  void add(double recordStart, double recordEnd, long recordLine) {
    if (size == start.length) {
      start = Arrays.copyOf(start, 2 * size);
      end = Arrays.copyOf(end, 2 * size);
      line = Arrays.copyOf(line, 2 * size);
      damaged = Arrays.copyOf(damaged, 2 * size);
    }
    start[size] = recordStart;
    end[size] = recordEnd;
    line[size] = recordLine;
    size++;
  }

  /**
   * Adds a record whose times are unknown or wrong. The damaged record keeps its position, so that
   * later records are assigned to the right iteration. A damaged record with an unknown start gets
   * the end of the previous record as its start and end.
   *
   * @param recordStart start of the record as Unix time in seconds; NaN, 0 or negative if it is
   *     unknown
   * @param recordLine line number of the record in the log file, from 1
   */
  void addDamaged(double recordStart, long recordLine) {
    double time = recordStart > 0 ? recordStart : size > 0 ? end[size - 1] : 0;
    add(time, time, recordLine);
    damaged[size - 1] = true;
  }

  /**
   * Repairs the records.
   *
   * @param forwards number of forwards in the log, over all stages of the rank
   */
  void repair(RowFaults faults, int forwards) {
    if (!instruction.equals(Instruction.LOAD) || size > forwards) {
      dropTimerInitialization();
    }
    sortByTime(faults);
    dropRepeats(faults);
  }

  /**
   * Removes records that a framework wrote when it initialized a timer. Records with a duration
   * near zero are removed if they come before all other records of the instruction. Data loads with
   * a duration near zero are removed at any place. The last stage of the framework Merak, for
   * example, writes two load records per microbatch.
   */
  private void dropTimerInitialization() {
    double limit = nearZeroSeconds();
    boolean atStart = true;
    int kept = 0;
    for (int i = 0; i < size; i++) {
      boolean nearZero = !damaged[i] && end[i] - start[i] < limit;
      atStart &= nearZero;
      if (!nearZero || !(atStart || instruction.equals(Instruction.LOAD))) {
        keep(i, kept++);
      }
    }
    size = kept;
  }

  private double nearZeroSeconds() {
    double[] durations = new double[size];
    int count = 0;
    for (int i = 0; i < size; i++) {
      if (!damaged[i]) {
        durations[count++] = end[i] - start[i];
      }
    }
    if (count == 0) {
      return 0;
    }
    double usual = Quantile.of(Arrays.copyOf(durations, count), 0.9);
    return Math.min(MAX_NEAR_ZERO_SECONDS, MAX_NEAR_ZERO_SHARE * usual);
  }

  private void sortByTime(RowFaults faults) {
    int[] order =
        TimeOrder.of(
            start,
            line,
            size,
            faults,
            "the record is earlier than the one before; the records were sorted by time");
    if (order == null) {
      return;
    }
    InstructionGroup copy = new InstructionGroup(instruction);
    for (int i : order) {
      copy.add(start[i], end[i], line[i]);
      copy.damaged[copy.size - 1] = damaged[i];
    }
    start = copy.start;
    end = copy.end;
    line = copy.line;
    damaged = copy.damaged;
  }

  private void dropRepeats(RowFaults faults) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      boolean repeat =
          kept > 0
              && start[i] == start[kept - 1]
              && end[i] == end[kept - 1]
              && !damaged[i]
              && !damaged[kept - 1];
      if (repeat) {
        faults.add(
            Warning.Kind.REPAIRED, "the record repeats another one; it is left out", line[i]);
      } else {
        keep(i, kept++);
      }
    }
    size = kept;
  }

  private void keep(int from, int to) {
    start[to] = start[from];
    end[to] = end[from];
    line[to] = line[from];
    damaged[to] = damaged[from];
  }
}
