package perseus.recording.iteration;

import java.util.Arrays;
import java.util.List;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;

/**
 * Assigns the records of one rank's log to iterations, by counting or by time.
 *
 * <p>With M microbatches, iteration k (from 0) consists of the k-th block of M forwards, and of the
 * k-th block of every other kind that occurs a whole number of times per iteration. A record of any
 * other kind belongs to the iteration during which it starts. Counting takes time linear in the
 * number of records.
 *
 * <p>If records are missing, the blocks after them are shifted. Then {@link IterationMarks} assign
 * records by time, with a binary search over the iterations for each record.
 */
final class IterationAssignment {
  private IterationAssignment() {}

  /**
   * Assigns records to iterations by counting alone.
   *
   * @throws UserError if the log has no forward
   */
  static IterationBlocks counted(InstructionLog log, int numMicrobatches) {
    int forwards = log.count(Instruction.FORWARD);
    if (forwards == 0) {
      throw MicrobatchCounts.of(log).withoutForwards();
    }
    double iterations = (double) forwards / numMicrobatches;
    int count = forwards / numMicrobatches;
    List<Instruction> kinds = log.kinds();
    int[] perIteration = new int[kinds.size()];
    for (int k = 0; k < kinds.size(); k++) {
      int times = (int) Math.round(log.counts()[k] / iterations);
      // The last, incomplete iteration may have any part of its records.
      boolean whole = Math.abs(log.counts()[k] - times * iterations) <= times;
      if (MicrobatchCounts.hasEachMicrobatch(kinds.get(k))
          && !(whole && times >= numMicrobatches)) {
        // A kind that each microbatch has is never rare, so records are missing, for example those
        // of the last group in a file that was cut off.
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
      // With fewer records, one is missing, and the blocks after it would be shifted.
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
   * Assigns records to iterations by time. Kinds of which no record is missing are assigned by
   * counting.
   *
   * <p>An iteration with too few or too many records of a kind is damaged. Such iterations at the
   * end of the log do not count as complete.
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

  /** Returns the iteration of each record, from 0, by its block; NONE for kinds without blocks. */
  private static int[] blocks(InstructionLog log, int[] perIteration) {
    int[] iteration = new int[log.size()];
    for (int i = 0; i < iteration.length; i++) {
      int times = perIteration[log.kind()[i]];
      iteration[i] = times == 0 ? IterationBlocks.NONE : log.ordinal()[i] / times;
    }
    return iteration;
  }

  /** Assigns records of the kinds without blocks to the iteration during which they start. */
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

  /**
   * Returns whether record {@code i} comes after the computations of the last complete iteration.
   */
  private static boolean afterAll(InstructionLog log, int[] iteration, int last, int count, int i) {
    return i + 1 < log.size() && i > last + 1 && iteration[i - 1] >= count;
  }
}
