package perseus.recording.csv;

import java.util.Arrays;
import java.util.stream.IntStream;
import perseus.numeric.Quantile;
import perseus.pipeline.Instruction;
import perseus.recording.log.Warning;

/** The records of one kind of instruction while a log is read, in the file's order. */
final class InstructionGroup {
  /** Shorter than this may be a timer's initialization instead of work. */
  private static final double NEAR_ZERO_SECONDS = 1e-4;

  /** Such a record is also this much shorter than the kind's long ones. */
  private static final double NEAR_ZERO_SHARE = 0.05;

  final Instruction instruction;
  double[] start = new double[256];
  double[] end = new double[256];
  long[] line = new long[256];
  boolean[] damaged = new boolean[256];
  int size;

  InstructionGroup(Instruction instruction) {
    this.instruction = instruction;
  }

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

  /** Adds a record that counts but whose times are unknown: it keeps its place in the order. */
  void addDamaged(double recordStart, long recordLine) {
    double place = recordStart > 0 ? recordStart : size > 0 ? end[size - 1] : 0;
    add(place, place, recordLine);
    damaged[size - 1] = true;
  }

  /** Repairs what one kind's records alone show to be wrong. */
  void repair(CsvRows rows) {
    dropTimerInitialization();
    sortByTime(rows);
    dropRepeats(rows);
  }

  /**
   * Drops records of near-zero length where the format is known to have them: at the head of a
   * group, and among batch inputs, of which Merak's last stage writes two per microbatch.
   */
  private void dropTimerInitialization() {
    double limit = nearZeroSeconds();
    boolean head = true;
    int kept = 0;
    for (int i = 0; i < size; i++) {
      boolean nearZero = !damaged[i] && end[i] - start[i] < limit;
      head &= nearZero;
      if (!nearZero || !(head || instruction.equals(Instruction.LOAD))) {
        copy(i, kept++);
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
    return Math.min(NEAR_ZERO_SECONDS, NEAR_ZERO_SHARE * usual);
  }

  private void sortByTime(CsvRows rows) {
    boolean sorted = true;
    for (int i = 1; i < size; i++) {
      if (start[i] < start[i - 1]) {
        sorted = false;
        rows.fault(Warning.Kind.REPAIRED, "is out of the order of time; sorted", line[i]);
      }
    }
    if (sorted) {
      return;
    }
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted((a, b) -> Double.compare(start[a], start[b]))
            .mapToInt(Integer::intValue)
            .toArray();
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

  private void dropRepeats(CsvRows rows) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      boolean repeat =
          kept > 0
              && start[i] == start[kept - 1]
              && end[i] == end[kept - 1]
              && !damaged[i]
              && !damaged[kept - 1];
      if (repeat) {
        rows.fault(Warning.Kind.REPAIRED, "repeats another record; left out", line[i]);
      } else {
        copy(i, kept++);
      }
    }
    size = kept;
  }

  private void copy(int from, int to) {
    start[to] = start[from];
    end[to] = end[from];
    line[to] = line[from];
    damaged[to] = damaged[from];
  }
}
