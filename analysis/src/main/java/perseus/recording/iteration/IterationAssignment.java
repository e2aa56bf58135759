package perseus.recording.iteration;

import java.util.Arrays;
import java.util.List;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;

/**
 * Carries out the assignment of one rank's records to iterations: {@link #counted} counts the
 * records, and {@link #timed} compares their times. {@link IterationAlignment} decides which of the
 * two methods is called.
 *
 * <p>By counting: with M microbatches, the first M forwards belong to iteration 0, the next M
 * forwards belong to iteration 1, and so on. Every other kind of instruction with a fixed number of
 * records per iteration is counted in the same way. A record of any other kind belongs to the
 * iteration during which it starts. Counting takes O(n) time for n records.
 *
 * <p>By time: if records are missing, counting would assign all later records to wrong iterations.
 * So the start time of each record is compared with the times of iterations in {@link
 * IterationMarks}. Each comparison is a binary search over the iterations.
 */
final class IterationAssignment {
  private IterationAssignment() {}

  /**
   * Assigns records to iterations by counting.
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
    for (int k = 0; k < kinds.size(); k++) {
      int times = (int) Math.round(log.counts()[k] / iterations);
      // The last iteration may be incomplete. So the number of records may be wrong by at most the
      // records of one iteration.
      boolean whole = Math.abs(log.counts()[k] - times * iterations) <= times;
      if (MicrobatchCounts.hasEachMicrobatch(kinds.get(k))
          && !(whole && times >= numMicrobatches)) {
        // Each microbatch has records of this kind. If the number of records of this kind is wrong,
        // some are missing, for example because the end of the file was cut off.
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
      // If a kind has too few records, some are missing, and counting would assign all records
      // after them to wrong iterations. So the records of this kind are assigned by time.
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
   * Assigns records to iterations by time. Only kinds of instruction without missing records are
   * assigned by counting.
   *
   * <p>An iteration with too few or too many records of a kind is marked as damaged. Damaged
   * iterations at the end of the log are treated as incomplete and left out.
   *
   * @param log instruction log of one rank
   * @param numMicrobatches number of microbatches in an iteration
   * @param marks start and end times of the iterations
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
   * Counts the records of each kind and returns the iteration of each record, from 0.
   *
   * @param perIteration for each kind, the number of its records per iteration; if this number is
   *     0, all records of the kind get {@link IterationBlocks#NONE}
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
   * Assigns the records of those kinds of instruction that were not counted. Each record belongs to
   * the iteration during which it starts.
   *
   * @param perIteration number of records per iteration of each kind; 0 for kinds that were not
   *     counted
   * @param count number of complete iterations
   * @param iteration iteration of each record; this method fills the missing entries
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
