package perseus.recording.iteration;

import java.util.Arrays;
import java.util.List;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;

/**
 * Assigns the records of one rank to iterations, by counting ({@link #counted}) or by time ({@link
 * #timed}).
 *
 * <p>By counting: with M microbatches per iteration, the first M forwards belong to iteration 0,
 * the next M to iteration 1, and so on. Every other instruction with a fixed number of records per
 * iteration is counted in the same way as forwards. Records of instructions without a fixed number
 * per iteration belong to the iterations during which they start. Counting takes O(n) time for n
 * records.
 *
 * <p>By time: the start of each record is compared with the start and end times of the iterations
 * ({@link IterationMarks}), by binary search. With missing records, counting would assign all later
 * records to wrong iterations.
 */
final class IterationAssignment {
  private IterationAssignment() {}

  /**
   * Assigns records to iterations by counting the records of each instruction.
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
    MicrobatchCounts microbatches = MicrobatchCounts.of(log);
    for (int k = 0; k < kinds.size(); k++) {
      int times = (int) Math.round(log.counts()[k] / iterations);
      // The last iteration may be incomplete, so that up to one iteration's records of the
      // instruction may be missing.
      boolean whole = Math.abs(log.counts()[k] - times * iterations) <= times;
      if (microbatches.hasEachMicrobatch(kinds.get(k)) && !(whole && times >= numMicrobatches)) {
        // If the number of forwards or backwards does not fit the number of microbatches, records
        // are missing.
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
      // An instruction with too few records is assigned by time, because counting would
      // assign its later records to wrong iterations.
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
   * Assigns records to iterations by the start times of the records. If an instruction lacks no
   * records, its records are assigned by counting.
   *
   * <p>An iteration with too few or too many records of an instruction is marked as damaged.
   * Damaged iterations at the end of the log count as incomplete and are left out.
   *
   * @param marks start and end times of the iterations to which the records are assigned
   */
  static IterationBlocks timed(InstructionLog log, int numMicrobatches, IterationMarks marks) {
    int count = marks.iterations();
    int[] perIteration = IterationMarks.recordsPerIteration(log, numMicrobatches, count);
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
   * Returns the iteration of each record, from 0, by counting the records of each instruction.
   *
   * @param perIteration number of records per iteration for each instruction; 0 for an instruction
   *     whose records get no iteration ({@link IterationBlocks#NONE})
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
   * Assigns each record without an iteration to the iteration during which it starts.
   *
   * @param perIteration number of records per iteration for each instruction; 0 for instructions
   *     whose records have no iteration yet
   * @param iteration iteration of each record, from 0; the method sets the missing iterations
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
        if (log.start()[i] >= start[0]
            && !isInIncompleteIteration(log, iteration, last, count, i)) {
          iteration[i] = k;
        }
      }
    }
  }

  /**
   * Returns whether record {@code i} belongs to an incomplete iteration at the end of the log,
   * because the record before it does. Returns false for the last record of the log.
   *
   * @param iteration iteration of each record, from 0
   * @param last index of the last record that belongs to a complete iteration
   */
  private static boolean isInIncompleteIteration(
      InstructionLog log, int[] iteration, int last, int count, int i) {
    return i + 1 < log.size() && i > last + 1 && iteration[i - 1] >= count;
  }
}
