package perseus.recording.iteration;

import java.util.regex.Pattern;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;

/**
 * Holds the start and end times of iterations. If records are missing, the times show to which
 * iteration each record belongs.
 *
 * <p>The iteration times from the log of one rank are valid for all ranks. The first stage starts
 * each iteration before all other stages, and ends it after all other stages.
 *
 * <ul>
 *   <li>A forward starts after the last backward of the previous iteration has ended on every rank.
 *       A forward starts before the last backward of its own iteration ends on any rank.
 *   <li>A backward starts after the first forward of its own iteration has started on every rank. A
 *       backward starts before the first forward of the next iteration starts on any rank.
 * </ul>
 *
 * <p>Each record gets the right iteration even if the clocks of two ranks differ by about the
 * duration of one instruction.
 *
 * @param firstForward start of the first forward of each iteration, as Unix time in seconds
 * @param lastBackward end of the last backward of each iteration, as Unix time in seconds
 */
record IterationMarks(double[] firstForward, double[] lastBackward) {
  private static final Pattern BEFORE_BACKWARDS =
      Pattern.compile("forward(_\\d+)?|" + Instruction.LOAD.name());

  int iterations() {
    return firstForward.length;
  }

  /**
   * Returns the iteration of an instruction, from 0.
   *
   * @param start start of the instruction, as Unix time in seconds
   * @return iteration; -1 before the first iteration, and at least {@link #iterations} after the
   *     last iteration
   */
  int iteration(Instruction kind, double start) {
    return BEFORE_BACKWARDS.matcher(kind.name()).matches()
        ? countUpTo(lastBackward, start)
        : countUpTo(firstForward, start) - 1;
  }

  /**
   * Returns the number of {@code times} that are not later than {@code time}.
   *
   * @param times times in seconds, in ascending order
   */
  private static int countUpTo(double[] times, double time) {
    int low = 0;
    int high = times.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (times[middle] <= time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * Returns the start and end times of the iterations in a log without missing forwards and
   * backwards. The iterations are found by counting the forwards and backwards.
   */
  static IterationMarks ofCompleteLog(InstructionLog log, int numMicrobatches, int iterations) {
    double[] first = starts(log, Instruction.FORWARD, numMicrobatches, 0, iterations);
    double[] last = new double[iterations];
    int backward = log.kinds().indexOf(Instruction.BACKWARD);
    for (int i = 0; i < log.size(); i++) {
      int k = log.ordinal()[i] / numMicrobatches;
      if (log.kind()[i] == backward && k < iterations) {
        last[k] = Math.max(last[k], log.end()[i]);
      }
    }
    return new IterationMarks(first, last);
  }

  /**
   * Returns the start and end times of the iterations in a log with missing records. If the log has
   * all forwards and backwards, the iteration times come from forwards and backwards. Otherwise,
   * the first instruction without missing records is used: optimizer steps, backwards, or forwards.
   *
   * @return start and end times of the iterations; null if optimizer steps, backwards and forwards
   *     all lack records
   */
  static IterationMarks ofIncompleteLog(InstructionLog log, int numMicrobatches, int iterations) {
    int[] whole = recordsPerIteration(log, numMicrobatches, iterations);
    boolean forwards = isWhole(log, whole, Instruction.FORWARD);
    boolean backwards =
        isWhole(log, whole, Instruction.BACKWARD) && !MicrobatchCounts.hasTwoKindsOfBackwards(log);
    boolean steps = isWhole(log, whole, Instruction.OPTIMIZER_STEP);
    if (forwards && backwards) {
      return ofCompleteLog(log, numMicrobatches, iterations);
    }
    int m = numMicrobatches;
    if (steps) {
      double[] step = starts(log, Instruction.OPTIMIZER_STEP, 1, 0, iterations);
      // All forwards and backwards of an iteration run between two optimizer steps.
      double[] afterStep = new double[iterations];
      for (int k = 1; k < iterations; k++) {
        afterStep[k] = Math.nextUp(step[k - 1]);
      }
      return new IterationMarks(afterStep, step);
    }
    if (backwards) {
      return new IterationMarks(
          starts(log, Instruction.BACKWARD, m, 0, iterations),
          ofCompleteLog(log, m, iterations).lastBackward);
    }
    return forwards
        ? new IterationMarks(
            starts(log, Instruction.FORWARD, m, 0, iterations),
            starts(log, Instruction.FORWARD, m, m - 1, iterations))
        : null;
  }

  private static boolean isWhole(InstructionLog log, int[] whole, Instruction kind) {
    int k = log.kinds().indexOf(kind);
    return k >= 0 && whole[k] > 0;
  }

  /**
   * Returns the number of records per iteration of each instruction; 0 for an instruction with
   * missing records. An instruction lacks no record if it has one record per iteration, or a whole
   * number of records per microbatch.
   */
  static int[] recordsPerIteration(InstructionLog log, int numMicrobatches, int iterations) {
    int[] times = new int[log.kinds().size()];
    boolean someMicrobatches = MicrobatchCounts.hasTwoKindsOfBackwards(log);
    for (int k = 0; k < times.length; k++) {
      Instruction kind = log.kinds().get(k);
      int count = log.counts()[k];
      boolean whole =
          kind.equals(Instruction.FORWARD)
              ? count == numMicrobatches * iterations
              : count % (numMicrobatches * iterations) == 0
                  || (someMicrobatches && kind.isComputation() && count % iterations == 0)
                  || (count == iterations && !kind.equals(Instruction.BACKWARD));
      times[k] = whole ? count / iterations : 0;
    }
    return times;
  }

  /**
   * Returns the start of one record of an instruction in each iteration, as Unix time in seconds.
   *
   * @param block number of records of the instruction in each iteration
   * @param position number of earlier records of the instruction in the same iteration
   */
  private static double[] starts(
      InstructionLog log, Instruction instruction, int block, int position, int iterations) {
    double[] starts = new double[iterations];
    int kind = log.kinds().indexOf(instruction);
    for (int i = 0; i < log.size(); i++) {
      int k = log.ordinal()[i] / block;
      if (log.kind()[i] == kind && log.ordinal()[i] % block == position && k < iterations) {
        starts[k] = log.start()[i];
      }
    }
    return starts;
  }
}
