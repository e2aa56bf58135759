package perseus.recording.iteration;

import java.util.Arrays;
import java.util.List;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;

/**
 * Assigns the records of one rank to iterations, by counting or by time. The method {@link
 * #counted} assigns records by counting them. The method {@link #timed} assigns records by
 * comparing their start times with the times of iterations. {@link IterationAlignment} decides
 * whether {@code counted} or {@code timed} is called.
 *
 * <p>Assignment by counting: with M microbatches per iteration, the first M forwards belong to
 * iteration 0, the next M forwards belong to iteration 1, and so on. Every other kind of
 * instruction with a fixed number of records per iteration is counted in the same way as the
 * forwards. If a kind of instruction has no fixed number of records per iteration, its records
 * belong to the iterations during which they start. Counting takes O(n) time for n records.
 *
 * <p>Assignment by time: if records are missing, counting would assign all later records to wrong
 * iterations. If records are missing, the start time of each record is therefore compared with the
 * start and end times of iterations in {@link IterationMarks}. The iteration of each record is
 * found by binary search over the iterations.
 */
final class IterationAssignment {
  private IterationAssignment() {}

  /**
   * Assigns records to iterations by counting the records of each kind of instruction.
   *
   * @param log instruction log of one rank
   * @param numMicrobatches number of microbatches in an iteration
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
    MicrobatchCounts microbatches = MicrobatchCounts.of(log);
    for (int k = 0; k < kinds.size(); k++) {
      int times = (int) Math.round(log.counts()[k] / iterations);
      // The last iteration in a log may be incomplete. Therefore the number of records of one kind
      // may differ from the expected number by at most the number of records of this kind in one
      // iteration.
      boolean whole = Math.abs(log.counts()[k] - times * iterations) <= times;
      if (microbatches.hasEachMicrobatch(kinds.get(k)) && !(whole && times >= numMicrobatches)) {
        // Every microbatch has forwards and backwards. If a log has a wrong number of forwards or
        // backwards, some of their records are missing, for example because the end of the file was
        // cut off.
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
      // If a kind of instruction has too few records, some of its records are missing, and counting
      // would assign all its later records to wrong iterations. If a kind of instruction has
      // missing records, its remaining records are therefore assigned by time.
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
   * Assigns records to iterations by the start times of the records. But if a kind of instruction
   * has no missing records, its records are assigned by counting.
   *
   * <p>An iteration with too few or too many records of a kind of instruction is marked as damaged.
   * Damaged iterations at the end of the log are treated as incomplete and left out.
   *
   * @param log instruction log of one rank
   * @param numMicrobatches number of microbatches in an iteration
   * @param marks start and end times of the iterations to which the records are assigned
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

  /**
   * Counts the records of each kind of instruction and returns the iteration of each record, from
   * 0.
   *
   * @param perIteration for each kind of instruction, the number of its records per iteration. If
   *     this number is 0, no record of the kind gets an iteration ({@link IterationBlocks#NONE}).
   */
  private static int[] blocks(InstructionLog log, int[] perIteration) {
    int[] iteration = new int[log.size()];
    for (int i = 0; i < iteration.length; i++) {
      int times = perIteration[log.kind()[i]];
      iteration[i] = times == 0 ? IterationBlocks.NONE : log.ordinal()[i] / times;
    }
    return iteration;
  }

  /**
   * Assigns the records of those kinds of instruction that were not counted. A record that was not
   * counted belongs to the iteration during which it starts.
   *
   * @param perIteration for each kind of instruction, the number of its records per iteration; 0
   *     for kinds that were not counted
   * @param count number of complete iterations
   * @param iteration iteration of each record, from 0; this method sets the iterations of the
   *     records that were not counted
   */
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
   * Returns whether record {@code i} comes directly after a record of an incomplete iteration at
   * the end of the log. Returns false for the last record of the log.
   *
   * @param iteration iteration of each record, from 0
   * @param last index of the last record in a complete iteration
   * @param count number of complete iterations
   */
  private static boolean afterAll(InstructionLog log, int[] iteration, int last, int count, int i) {
    return i + 1 < log.size() && i > last + 1 && iteration[i - 1] >= count;
  }
}
