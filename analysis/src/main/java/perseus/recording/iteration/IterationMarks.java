package perseus.recording.iteration;

import java.util.regex.Pattern;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;

/**
 * Start and end times of iterations, which tell the iteration of a record when counting does not.
 * Times are in epoch seconds.
 *
 * <p>The times of one rank tell the iterations of all ranks, because the first stage is the first
 * to start an iteration and the last to end it. So a forward starts after every rank has ended the
 * last backward of the previous iteration, and before any rank ends the last backward of its own
 * iteration. A backward starts after every rank has started the first forward of its own iteration,
 * and before any rank starts the first forward of the next one. The clocks of two ranks may differ
 * by about the duration of an instruction.
 *
 * @param firstForward start of each iteration's first forward
 * @param lastBackward end of each iteration's last backward
 */
record IterationMarks(double[] firstForward, double[] lastBackward) {
  private static final Pattern BEFORE_BACKWARDS =
      Pattern.compile("forward(_\\d+)?|" + Instruction.LOAD.name());

  /** Returns the number of iterations. */
  int iterations() {
    return firstForward.length;
  }

  /**
   * Returns the iteration, from 0, of an instruction.
   *
   * @param start start of the instruction in epoch seconds
   * @return -1 if it comes before the first iteration; {@link #iterations} or more if it comes
   *     after the last one
   */
  int iteration(Instruction kind, double start) {
    return BEFORE_BACKWARDS.matcher(kind.name()).matches()
        ? countUpTo(lastBackward, start)
        : countUpTo(firstForward, start) - 1;
  }

  /** Returns how many of {@code times}, which ascend, are at most {@code time}. */
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
   * Returns the marks of a log whose forwards and backwards are complete, by counting.
   *
   * @param iterations number of iterations to return
   */
  static IterationMarks ofBlocks(InstructionLog log, int numMicrobatches, int iterations) {
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
   * Returns marks for a log with missing records from one of its own kinds that is complete:
   * forwards and backwards, optimizer steps, backwards, or forwards, in this order of preference.
   *
   * @param iterations number of iterations of the run
   * @return null if records of all these kinds are missing
   */
  static IterationMarks ofOwn(InstructionLog log, int numMicrobatches, int iterations) {
    int[] whole = wholeBlocks(log, numMicrobatches, iterations);
    boolean forwards = isWhole(log, whole, Instruction.FORWARD);
    boolean backwards = isWhole(log, whole, Instruction.BACKWARD);
    boolean steps = isWhole(log, whole, Instruction.OPTIMIZER_STEP);
    if (forwards && backwards) {
      return ofBlocks(log, numMicrobatches, iterations);
    }
    int m = numMicrobatches;
    if (steps) {
      double[] step = starts(log, Instruction.OPTIMIZER_STEP, 1, 0, iterations);
      // Forwards and backwards of an iteration both lie between two steps.
      double[] afterStep = new double[iterations];
      for (int k = 1; k < iterations; k++) {
        afterStep[k] = Math.nextUp(step[k - 1]);
      }
      return new IterationMarks(afterStep, step);
    }
    if (backwards) {
      return new IterationMarks(
          starts(log, Instruction.BACKWARD, m, 0, iterations),
          ofBlocks(log, m, iterations).lastBackward);
    }
    return forwards
        ? new IterationMarks(
            starts(log, Instruction.FORWARD, m, 0, iterations),
            starts(log, Instruction.FORWARD, m, m - 1, iterations))
        : null;
  }

  /** Returns whether a kind occurs in the log and is complete. */
  private static boolean isWhole(InstructionLog log, int[] whole, Instruction kind) {
    int k = log.kinds().indexOf(kind);
    return k >= 0 && whole[k] > 0;
  }

  /**
   * Returns how often each complete kind occurs per iteration; 0 for kinds with missing records. A
   * complete kind occurs once per iteration or a whole number of times per microbatch.
   */
  static int[] wholeBlocks(InstructionLog log, int numMicrobatches, int iterations) {
    int[] times = new int[log.kinds().size()];
    for (int k = 0; k < times.length; k++) {
      Instruction kind = log.kinds().get(k);
      int count = log.counts()[k];
      boolean whole =
          kind.equals(Instruction.FORWARD)
              ? count == numMicrobatches * iterations
              : count % (numMicrobatches * iterations) == 0
                  || (count == iterations && !kind.equals(Instruction.BACKWARD));
      times[k] = whole ? count / iterations : 0;
    }
    return times;
  }

  /**
   * Returns the start of one record of each block of a kind.
   *
   * @param block number of records per block
   * @param position position of the record in its block, from 0
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
