package perseus.recording.iteration;

import java.util.Arrays;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;

/**
 * The iterations of one rank's log: which records they consist of, when they ran, and whether they
 * are damaged. {@link IterationAssignment} creates them.
 */
public final class IterationBlocks {
  /** Iteration of a record that belongs to no iteration. */
  static final int NONE = -1;

  private final InstructionLog log;

  /** Iteration of each record, from 0, or {@link #NONE}. */
  private final int[] iteration;

  /** Number of iterations up to the last one in which every computation was recorded. */
  public final int complete;

  /** Start of each iteration's first record in epoch seconds. */
  final double[] start;

  /** End of each iteration's last record in epoch seconds. */
  final double[] end;

  /** Index of each iteration's first record; equal to {@code to} if it has no record. */
  final int[] from;

  /** One after the index of each iteration's last record. */
  final int[] to;

  /** Whether an iteration has a damaged or missing record, or overlaps another iteration. */
  final boolean[] damaged;

  /**
   * Whether no iterations overlap and no backward starts before its forward. Shifted blocks cause
   * both.
   */
  final boolean disjoint;

  /**
   * @param complete number of iterations
   * @param iteration iteration of each record, from 0, or {@link #NONE}; entries from {@code
   *     complete} on are set to {@link #NONE}
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

  /** Marks overlapping iterations as damaged. Returns whether there are any. */
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
   * Marks iterations as damaged in which a microbatch's backward starts before its forward: an
   * earlier forward is missing, and the blocks are shifted. Returns whether there are any.
   */
  private boolean markBackwardsBeforeForwards() {
    int forward = log.kinds().indexOf(Instruction.FORWARD);
    int backward = log.kinds().indexOf(Instruction.BACKWARD);
    int[] forwards = new int[complete];
    int[] backwards = new int[complete];
    int[] ahead = new int[complete];
    for (int i = 0; i < log.size(); i++) {
      int k = iteration[i];
      if (k == NONE) {
        continue;
      }
      forwards[k] += log.kind()[i] == forward ? 1 : 0;
      if (log.kind()[i] == backward) {
        backwards[k]++;
        ahead[k] += !log.damaged()[i] && backwards[k] > forwards[k] ? 1 : 0;
      }
    }
    boolean any = false;
    for (int k = 0; k < complete; k++) {
      // A schedule with several backwards per forward may run a backward earlier.
      if (ahead[k] > 0 && backwards[k] == forwards[k]) {
        any = true;
        damaged[k] = true;
      }
    }
    return any;
  }

  /** Returns the iteration of a record, from 0; below 0 if it belongs to no iteration. */
  int of(int record) {
    return iteration[record];
  }

  /** Returns whether an iteration, from 0, has any record. */
  boolean hasRecords(int k) {
    return k < complete && from[k] < to[k];
  }

  /** Returns whether more than half of the iterations that have records are undamaged. */
  boolean areMostlyWhole() {
    int whole = 0;
    int found = 0;
    for (int k = 0; k < complete; k++) {
      found += hasRecords(k) ? 1 : 0;
      whole += hasRecords(k) && !damaged[k] ? 1 : 0;
    }
    return 2 * whole > found;
  }

  /** Returns the mean duration in seconds of a kind's records in one iteration; 0 without any. */
  double meanSeconds(int iteration, int kind) {
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

  /** Returns the log that the iterations are in. */
  InstructionLog log() {
    return log;
  }
}
