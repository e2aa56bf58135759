package perseus.recording.iteration;

import java.util.regex.Pattern;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;

/**
 * Holds the times at which iterations start and end. If records are missing and counting would give
 * wrong iterations, the start and end times of iterations show to which iteration a record belongs.
 * All start and end times are Unix times in seconds.
 *
 * <p>The iteration times that are found in the log of one rank can be used for all ranks. The first
 * stage starts each iteration before all other stages, and ends the iteration after all other
 * stages. The end of each iteration's last backward therefore shows to which iteration a forward of
 * any rank belongs. The start of each iteration's first forward shows to which iteration a backward
 * of any rank belongs:
 *
 * <ul>
 *   <li>A forward of an iteration starts after every rank has ended the last backward of the
 *       previous iteration. A forward of an iteration starts before any rank ends the last backward
 *       of the same iteration.
 *   <li>A backward of an iteration starts after every rank has started the first forward of the
 *       same iteration. A backward of an iteration starts before any rank starts the first forward
 *       of the next iteration.
 * </ul>
 *
 * <p>The iteration of a record is found correctly even if the clocks of two ranks differ by about
 * the duration of one instruction.
 *
 * @param firstForward start of each iteration's first forward, as Unix time in seconds
 * @param lastBackward end of each iteration's last backward, as Unix time in seconds
 */
record IterationMarks(double[] firstForward, double[] lastBackward) {
  private static final Pattern BEFORE_BACKWARDS =
      Pattern.compile("forward(_\\d+)?|" + Instruction.LOAD.name());

  /** Returns the number of iterations whose times are known. */
  int iterations() {
    return firstForward.length;
  }

  /**
   * Returns the number of the iteration to which an instruction belongs, from 0.
   *
   * @param kind kind of instruction, such as forward
   * @param start start of the instruction, as Unix time in seconds
   * @return number of the iteration: -1 before the first iteration, and at least {@link
   *     #iterations} after the last iteration
   */
  int iteration(Instruction kind, double start) {
    return BEFORE_BACKWARDS.matcher(kind.name()).matches()
        ? countUpTo(lastBackward, start)
        : countUpTo(firstForward, start) - 1;
  }

  /**
   * Returns how many of the {@code times} are not later than {@code time}.
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
   * Returns the start and end times of the iterations in a log in which no forward and no backward
   * is missing. The iterations are found by counting the forwards and backwards.
   *
   * @param log instruction log of one rank
   * @param numMicrobatches number of microbatches in an iteration
   * @param iterations number of iterations whose times are returned
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
   * Returns the start and end times of the iterations in a log with missing records. The times of
   * the iterations come from kinds of instruction without missing records. If no forward and no
   * backward is missing, the times come from forwards and backwards. If forwards or backwards are
   * missing but no optimizer step is missing, the times come from the optimizer steps. If optimizer
   * steps are missing too, the times come from the backwards or the forwards, whichever kind has no
   * missing record.
   *
   * @param log instruction log of one rank
   * @param numMicrobatches number of microbatches in an iteration
   * @param iterations number of iterations of the run
   * @return start and end times of the iterations; null if optimizer steps, backwards and forwards
   *     all lack records
   */
  static IterationMarks ofOwn(InstructionLog log, int numMicrobatches, int iterations) {
    int[] whole = wholeBlocks(log, numMicrobatches, iterations);
    boolean forwards = isWhole(log, whole, Instruction.FORWARD);
    boolean backwards =
        isWhole(log, whole, Instruction.BACKWARD) && !MicrobatchCounts.hasTwoKindsOfBackwards(log);
    boolean steps = isWhole(log, whole, Instruction.OPTIMIZER_STEP);
    if (forwards && backwards) {
      return ofBlocks(log, numMicrobatches, iterations);
    }
    int m = numMicrobatches;
    if (steps) {
      double[] step = starts(log, Instruction.OPTIMIZER_STEP, 1, 0, iterations);
      // All forwards and backwards of an iteration lie between two optimizer steps.
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

  /** Returns whether a kind of instruction occurs in the log and none of its records is missing. */
  private static boolean isWhole(InstructionLog log, int[] whole, Instruction kind) {
    int k = log.kinds().indexOf(kind);
    return k >= 0 && whole[k] > 0;
  }

  /**
   * Returns, for each kind of instruction, the number of its records per iteration; 0 for a kind
   * with missing records. A kind of instruction has no missing records if it has exactly one record
   * per iteration, or a whole number of records per microbatch. If only some microbatches have a
   * backward of a kind, a whole number of records per iteration is enough.
   */
  static int[] wholeBlocks(InstructionLog log, int numMicrobatches, int iterations) {
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
   * Returns, for each iteration, the start of one of its records of a given kind, as Unix time in
   * seconds.
   *
   * @param instruction kind of instruction of the record
   * @param block number of records of the kind {@code instruction} per iteration
   * @param position selects the record: its position among the iteration's records of the kind
   *     {@code instruction}, from 0
   * @param iterations number of iterations for which a start is returned
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
