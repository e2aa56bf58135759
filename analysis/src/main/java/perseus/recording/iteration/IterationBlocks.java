package perseus.recording.iteration;

import java.util.Arrays;
import java.util.List;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;

/**
 * Which records of a rank's log make up which iteration.
 *
 * <p>Records are grouped by kind in the file, so iteration k (from 0) holds the k-th block of M
 * forwards, where M is the number of microbatches, and likewise of every kind that occurs a whole
 * number of times per iteration. Records of other kinds belong to the iteration during which they
 * start. Where records are missing, blocks are shifted; {@link IterationMarks} then say by time
 * which iteration a record belongs to.
 */
public final class IterationBlocks {
  /** The record belongs to no iteration. */
  private static final int NONE = -1;

  private final InstructionLog log;

  /** Iteration of each record, from 0. */
  private final int[] iteration;

  /** Number of iterations up to the last for which every computation was recorded. */
  public final int complete;

  final double[] start;
  final double[] end;

  /** First record of an iteration, and one after its last; equal where it has none. */
  final int[] from;

  final int[] to;

  /** Iterations with a damaged or missing record, or that run into the next one. */
  final boolean[] damaged;

  /** Whether no iteration runs into another, as they do where blocks are shifted. */
  final boolean disjoint;

  private IterationBlocks(InstructionLog log, int complete, int[] iteration) {
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

  /**
   * Iterations by counting alone.
   *
   * @throws UserError if there is no forward to count by
   */
  static IterationBlocks counted(InstructionLog log, int numMicrobatches) {
    int forwards = log.count(Instruction.FORWARD);
    if (forwards == 0) {
      throw MicrobatchCounts.of(log).withoutForwards();
    }
    double approximate = (double) forwards / numMicrobatches;
    int count = forwards / numMicrobatches;
    List<Instruction> kinds = log.kinds();
    int[] perIteration = new int[kinds.size()];
    for (int k = 0; k < kinds.size(); k++) {
      int times = (int) Math.round(log.counts()[k] / approximate);
      boolean whole = Math.abs(log.counts()[k] - times * approximate) <= times;
      if (MicrobatchCounts.hasEachMicrobatch(kinds.get(k))
          && !(whole && times >= numMicrobatches)) {
        // Records are missing, as from the last group of a file that was cut; none is a rare
        // kind's.
        long perForward = Math.round((double) log.counts()[k] / forwards);
        times = numMicrobatches * Math.max(1, (int) perForward);
        whole = true;
      }
      perIteration[k] = whole ? times : 0;
      if (perIteration[k] > 0 && kinds.get(k).isComputation()) {
        count = Math.min(count, log.counts()[k] / perIteration[k]);
      }
    }
    for (int k = 0; k < kinds.size(); k++) {
      // With fewer than that, one is missing, and the blocks after it would be shifted.
      if (log.counts()[k] < perIteration[k] * count) {
        perIteration[k] = 0;
      }
    }
    int[] iteration = blocks(log, perIteration);
    if (count > 0) {
      assignOthers(log, perIteration, count, iteration);
    }
    return new IterationBlocks(log, count, iteration);
  }

  /**
   * Iterations by time, but for the kinds of which no record is missing. An iteration that lacks a
   * record of a kind, or has one too many, is damaged; those that lack one at the log's end are not
   * among the complete ones.
   */
  static IterationBlocks timed(InstructionLog log, int numMicrobatches, IterationMarks marks) {
    int count = marks.iterations();
    int[] perIteration = IterationMarks.wholeBlocks(log, numMicrobatches, count);
    int[] iteration = blocks(log, perIteration);
    int[][] counts = new int[perIteration.length][count];
    for (int i = 0; i < log.size(); i++) {
      int k = log.kind()[i];
      if (perIteration[k] == 0 && log.start()[i] > 0) {
        iteration[i] = marks.iteration(log.kinds().get(k), log.start()[i]);
      }
      if (iteration[i] >= 0 && iteration[i] < count) {
        counts[k][iteration[i]]++;
      }
    }
    int[] forwards = counts[log.kinds().indexOf(Instruction.FORWARD)];
    boolean[] lacking = new boolean[count];
    for (int k = 0; k < perIteration.length; k++) {
      Instruction kind = log.kinds().get(k);
      int usual =
          kind.equals(Instruction.FORWARD)
              ? numMicrobatches
              : UsualCount.of(counts[k], kind, forwards);
      if (usual > 0 || kind.isComputation()) {
        for (int j = 0; j < count; j++) {
          lacking[j] |= counts[k][j] != usual;
        }
      }
    }
    int complete = 0;
    for (int j = 0; j < count; j++) {
      complete = lacking[j] ? complete : j + 1;
    }
    IterationBlocks iterations = new IterationBlocks(log, complete, iteration);
    for (int j = 0; j < complete; j++) {
      iterations.damaged[j] |= lacking[j];
    }
    return iterations;
  }

  private static int[] blocks(InstructionLog log, int[] perIteration) {
    int[] iteration = new int[log.size()];
    for (int i = 0; i < iteration.length; i++) {
      int times = perIteration[log.kind()[i]];
      iteration[i] = times == 0 ? NONE : log.ordinal()[i] / times;
    }
    return iteration;
  }

  /** Assigns records of no whole number per iteration to the iteration during which they start. */
  private static void assignOthers(
      InstructionLog log, int[] perIteration, int count, int[] iteration) {
    double[] start = new double[count];
    Arrays.fill(start, Double.POSITIVE_INFINITY);
    int last = 0;
    for (int i = 0; i < log.size(); i++) {
      if (iteration[i] >= 0 && iteration[i] < count) {
        start[iteration[i]] = Math.min(start[iteration[i]], log.start()[i]);
        last = i;
      }
    }
    int k = 0;
    for (int i = 0; i < log.size(); i++) {
      if (perIteration[log.kind()[i]] == 0) {
        while (k + 1 < count && start[k + 1] <= log.start()[i]) {
          k++;
        }
        if (log.start()[i] >= start[0] && !afterAll(log, iteration, last, count, i)) {
          iteration[i] = k;
        }
      }
    }
  }

  /** Whether record {@code i} comes after the last complete iteration's computations. */
  private static boolean afterAll(InstructionLog log, int[] iteration, int last, int count, int i) {
    return i + 1 < log.size() && i > last + 1 && iteration[i - 1] >= count;
  }

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
   * Marks iterations in which a microbatch's backward starts before its forward: a forward is
   * missing before, and the blocks are shifted.
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
      // Several backwards per forward are another schedule's.
      if (ahead[k] > 0 && backwards[k] == forwards[k]) {
        any = true;
        damaged[k] = true;
      }
    }
    return any;
  }

  /** Iteration of a record, from 0; below 0 where it belongs to none. */
  int of(int record) {
    return iteration[record];
  }

  /** Whether records were found for an iteration, from 0. */
  boolean has(int k) {
    return k < complete && from[k] < to[k];
  }

  /** Whether most of the iterations that have records at all are without damage. */
  boolean areMostlyWhole() {
    int whole = 0;
    int found = 0;
    for (int k = 0; k < complete; k++) {
      found += has(k) ? 1 : 0;
      whole += has(k) && !damaged[k] ? 1 : 0;
    }
    return 2 * whole > found;
  }

  /** Mean duration in seconds of a kind's instances in one iteration; 0 where it has none. */
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

  InstructionLog log() {
    return log;
  }
}
