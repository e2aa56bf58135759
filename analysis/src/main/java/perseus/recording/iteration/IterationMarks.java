package perseus.recording.iteration;

import java.util.regex.Pattern;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;

/**
 * Times by which a record's iteration is told where counting does not tell, in epoch seconds.
 *
 * <p>In a pipeline no rank starts an iteration's last forward before any rank has ended the
 * iteration's last backward, and none starts a backward of an iteration before every rank has
 * started its first forward. So a forward belongs to the iteration after as many as have ended
 * their last backward, and a backward to the one that started its first forward last, on whichever
 * rank both are seen; ranks' clocks may differ by about an instruction.
 *
 * @param firstForward start of each iteration's first forward
 * @param lastBackward end of each iteration's last backward
 */
record IterationMarks(double[] firstForward, double[] lastBackward) {
  private static final Pattern BEFORE_BACKWARDS =
      Pattern.compile("forward(_\\d+)?|" + Instruction.LOAD.name());

  int iterations() {
    return firstForward.length;
  }

  /**
   * The iteration, from 0, of an instruction of {@code kind} that starts at {@code start}; -1 or
   * the number of iterations where it comes before the first or after the last.
   */
  int iteration(Instruction kind, double start) {
    return BEFORE_BACKWARDS.matcher(kind.name()).matches()
        ? upTo(lastBackward, start)
        : upTo(firstForward, start) - 1;
  }

  /** How many of {@code times}, which rise, are at most {@code time}. */
  private static int upTo(double[] times, double time) {
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

  /** The marks that a log's first blocks of forwards and backwards give by counting. */
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
   * The marks that a log gives for its own other kinds by a kind of which no record is missing;
   * null where records of all kinds are.
   *
   * @param iterations how many iterations the run had
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
      // A backward comes between two steps, as a forward does; a step ends its own iteration.
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

  private static boolean isWhole(InstructionLog log, int[] whole, Instruction kind) {
    int k = log.kinds().indexOf(kind);
    return k >= 0 && whole[k] > 0;
  }

  /**
   * How often each kind of which no record is missing occurs per iteration; 0 for the others. Kinds
   * occur once per iteration or a whole number of times per microbatch.
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

  /** Start of the record at {@code position} of each block of a kind. */
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
