package perseus.recording.iteration;

import java.util.Arrays;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;

/** Holds the iterations in one rank's log, with their records, their times and their damage. */
public final class IterationBlocks {
  /** Value in place of the iteration number of a record without an iteration. */
  static final int NONE = -1;

  private final InstructionLog log;

  /** Number of each record's iteration, from 0; {@link #NONE} for a record without an iteration. */
  private final int[] iteration;

  /**
   * Number of iterations up to and including the last complete iteration. An iteration is complete
   * if every computation was recorded.
   */
  public final int complete;

  /** Start of the first record of each iteration, as Unix time in seconds. */
  final double[] start;

  /** End of the last record of each iteration, as Unix time in seconds. */
  final double[] end;

  /**
   * Index of the first record of each iteration; equal to {@code to} for an iteration without
   * records.
   */
  final int[] from;

  /**
   * Index after the last record of each iteration; equal to {@code from} for an iteration without
   * records.
   */
  final int[] to;

  /** Whether each iteration has a damaged or missing record, or overlaps another iteration. */
  final boolean[] damaged;

  /**
   * Whether no two iterations overlap, and no backward starts before its forward. Records that were
   * assigned to wrong iterations usually cause an overlap, or a backward before its forward.
   */
  final boolean disjoint;

  /**
   * @param complete number of iterations up to and including the last complete iteration
   * @param iteration number of each record's iteration, from 0; {@link #NONE} for a record without
   *     an iteration. Iteration numbers that are not below {@code complete} are replaced by {@link
   *     #NONE}.
   */
  IterationBlocks(InstructionLog log, int complete, int[] iteration) {
    this.log = log;
    this.complete = complete;
    this.iteration = iteration;
    start = new double[complete];
    end = new double[complete];
    from = new int[complete];
    to = new int[complete];
    damaged = new boolean[complete];
    Arrays.fill(start, Double.POSITIVE_INFINITY);
    Arrays.fill(end, Double.NEGATIVE_INFINITY);
    Arrays.fill(from, log.size());
    for (int i = 0; i < log.size(); i++) {
      if (iteration[i] >= complete) {
        iteration[i] = NONE;
      } else if (iteration[i] != NONE) {
        include(i);
      }
    }
    disjoint = !(markOverlaps() | markBackwardsBeforeForwards());
  }

  private void include(int i) {
    int k = iteration[i];
    damaged[k] |= log.damaged()[i];
    start[k] = Math.min(start[k], log.start()[i]);
    end[k] = Math.max(end[k], log.end()[i]);
    from[k] = Math.min(from[k], i);
    to[k] = Math.max(to[k], i + 1);
  }

  /** Marks overlapping iterations as damaged. Returns whether two iterations overlap. */
  private boolean markOverlaps() {
    boolean any = false;
    int before = NONE;
    for (int k = 0; k < complete; k++) {
      if (from[k] >= to[k]) {
        damaged[k] = true;
        from[k] = to[k];
        continue;
      }
      if (before != NONE && to[before] > from[k]) {
        damaged[before] = true;
        damaged[k] = true;
        any = true;
      }
      before = k;
    }
    return any;
  }

  /**
   * Marks an iteration as damaged if a backward in it starts before its forward. Returns whether an
   * iteration was marked. A backward before its forward shows that an earlier forward is missing in
   * the log.
   */
  private boolean markBackwardsBeforeForwards() {
    int forward = log.kinds().indexOf(Instruction.FORWARD);
    int backward = log.kinds().indexOf(Instruction.BACKWARD);
    int forwardBackward = log.kinds().indexOf(Instruction.FORWARD_BACKWARD);
    int[] forwards = new int[complete];
    int[] backwards = new int[complete];
    int[] ahead = new int[complete];
    for (int i = 0; i < log.size(); i++) {
      int k = iteration[i];
      if (k == NONE) {
        continue;
      }
      forwards[k] += log.kind()[i] == forward ? 1 : 0;
      if (log.kind()[i] == backward || log.kind()[i] == forwardBackward) {
        backwards[k]++;
        ahead[k] += !log.damaged()[i] && backwards[k] > forwards[k] ? 1 : 0;
      }
    }
    boolean any = false;
    for (int k = 0; k < complete; k++) {
      // In a schedule with several backwards per forward, a backward may start before its
      // forward although no record is missing.
      if (ahead[k] > 0 && backwards[k] == forwards[k]) {
        any = true;
        damaged[k] = true;
      }
    }
    return any;
  }

  /** Returns the number of a record's iteration, from 0; -1 for a record without an iteration. */
  public int of(int record) {
    return iteration[record];
  }

  boolean hasRecords(int k) {
    return k < complete && from[k] < to[k];
  }

  /** Returns whether iteration {@code k}, counted from 0, is complete and undamaged. */
  public boolean isUsable(int k) {
    return hasRecords(k) && !damaged[k];
  }

  /** Returns the start of iteration {@code k}, counted from 0, as Unix time in seconds. */
  public double start(int k) {
    return start[k];
  }

  /** Returns the end of iteration {@code k}, counted from 0, as Unix time in seconds. */
  public double end(int k) {
    return end[k];
  }

  /** Returns the index of the first record of iteration {@code k}, counted from 0. */
  public int from(int k) {
    return from[k];
  }

  /** Returns the index after the last record of iteration {@code k}, counted from 0. */
  public int to(int k) {
    return to[k];
  }

  /** Returns whether more than half of the iterations with records are undamaged. */
  boolean areMostlyWhole() {
    int whole = 0;
    int found = 0;
    for (int k = 0; k < complete; k++) {
      found += hasRecords(k) ? 1 : 0;
      whole += hasRecords(k) && !damaged[k] ? 1 : 0;
    }
    return 2 * whole > found;
  }

  /**
   * Returns the mean duration of an instruction in one iteration in seconds; 0 without a record.
   *
   * @param iteration number of the iteration, from 0
   * @param kind index of the instruction in the log's {@code kinds}
   */
  public double meanSeconds(int iteration, int kind) {
    double sum = 0;
    int count = 0;
    for (int i = from[iteration]; i < to[iteration]; i++) {
      if (log.kind()[i] == kind) {
        sum += log.end()[i] - log.start()[i];
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }

  /** Returns the instruction log to which the iterations belong. */
  public InstructionLog log() {
    return log;
  }
}
