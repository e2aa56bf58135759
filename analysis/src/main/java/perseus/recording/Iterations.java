package perseus.recording;

import java.util.Arrays;
import java.util.List;

/**
 * Which records of a rank's log make up which iteration.
 *
 * <p>Records are grouped by kind in the file, so iteration k (from 0) holds the k-th block of M
 * forwards, where M is the number of microbatches, and likewise of every kind that occurs a whole
 * number of times per iteration. Records of other kinds belong to the iteration during which they
 * start.
 */
final class Iterations {
  private final InstructionLog log;
  private final int[] perIteration;

  /** Number of iterations for which every computation was recorded. */
  final int complete;

  final double[] start;
  final double[] end;

  /** First record of an iteration, and one after its last. */
  final int[] from;

  final int[] to;

  /** Iterations with a damaged record, or that run into the next one. */
  final boolean[] damaged;

  Iterations(InstructionLog log, int numMicrobatches) {
    this.log = log;
    int forwards = log.count(Instruction.FORWARD);
    if (forwards == 0) {
      throw new InputException(
          log.file() + " has no " + Instruction.FORWARD.logName() + " to count iterations by.");
    }
    double approximate = (double) forwards / numMicrobatches;
    int count = forwards / numMicrobatches;
    List<Instruction> kinds = log.kinds();
    perIteration = new int[kinds.size()];
    for (int k = 0; k < kinds.size(); k++) {
      int times = (int) Math.round(log.counts()[k] / approximate);
      boolean whole = Math.abs(log.counts()[k] - times * approximate) <= times;
      perIteration[k] =
          kinds.get(k).equals(Instruction.FORWARD) ? numMicrobatches : whole ? times : 0;
      if (perIteration[k] > 0 && kinds.get(k).isComputation()) {
        count = Math.min(count, log.counts()[k] / perIteration[k]);
      }
    }
    complete = count;
    start = new double[count];
    end = new double[count];
    from = new int[count];
    to = new int[count];
    damaged = new boolean[count];
    if (count > 0) {
      assign();
    }
  }

  private void assign() {
    Arrays.fill(start, Double.POSITIVE_INFINITY);
    Arrays.fill(end, Double.NEGATIVE_INFINITY);
    Arrays.fill(from, log.size());
    for (int i = 0; i < log.size(); i++) {
      int k = log.kind()[i];
      if (perIteration[k] > 0) {
        add(i, log.ordinal()[i] / perIteration[k]);
      }
    }
    int iteration = 0;
    for (int i = 0; i < log.size(); i++) {
      if (perIteration[log.kind()[i]] == 0) {
        while (iteration + 1 < complete && start[iteration + 1] <= log.start()[i]) {
          iteration++;
        }
        if (log.start()[i] >= start[0] && !afterAll(i)) {
          add(i, iteration);
        }
      }
    }
    for (int k = 0; k + 1 < complete; k++) {
      if (to[k] > from[k + 1]) {
        damaged[k] = true;
        damaged[k + 1] = true;
      }
    }
    markBackwardsBeforeForwards();
  }

  /**
   * Marks iterations in which a microbatch's backward starts before its forward: a forward is
   * missing before, and the blocks are shifted.
   */
  private void markBackwardsBeforeForwards() {
    int forward = log.kinds().indexOf(Instruction.FORWARD);
    int backward = log.kinds().indexOf(Instruction.BACKWARD);
    if (backward < 0 || perIteration[backward] != perIteration[forward]) {
      return;
    }
    double[] forwardStart = new double[log.counts()[forward]];
    for (int i = 0; i < log.size(); i++) {
      if (log.kind()[i] == forward) {
        forwardStart[log.ordinal()[i]] = log.damaged()[i] ? 0 : log.start()[i];
      }
    }
    for (int i = 0; i < log.size(); i++) {
      int ordinal = log.ordinal()[i];
      if (log.kind()[i] == backward
          && !log.damaged()[i]
          && ordinal / perIteration[backward] < complete
          && forwardStart[ordinal] > log.start()[i]) {
        damaged[ordinal / perIteration[backward]] = true;
      }
    }
  }

  /** Whether record {@code i} comes after the last complete iteration's computations. */
  private boolean afterAll(int i) {
    return i + 1 < log.size()
        && i > to[complete - 1]
        && perIteration[log.kind()[i - 1]] > 0
        && log.ordinal()[i - 1] / perIteration[log.kind()[i - 1]] >= complete;
  }

  private void add(int i, int iteration) {
    if (iteration >= complete) {
      return;
    }
    if (log.damaged()[i]) {
      damaged[iteration] = true;
    }
    start[iteration] = Math.min(start[iteration], log.start()[i]);
    end[iteration] = Math.max(end[iteration], log.end()[i]);
    from[iteration] = Math.min(from[iteration], i);
    to[iteration] = Math.max(to[iteration], i + 1);
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
