package perseus.recording.iteration;

import java.util.Arrays;
import perseus.pipeline.Instruction;
import perseus.recording.log.Handoffs;
import perseus.recording.log.InstructionLog;

/**
 * Extracts the times of the first forward and the first backward of each iteration from an
 * instruction log.
 */
public final class HandoffTimes {
  private HandoffTimes() {}

  /**
   * Returns the times of the first forward and the first backward of all undamaged iterations.
   * Times of damaged or missing iterations are NaN.
   *
   * @param iterations iterations of the rank's instruction log
   * @param length length of each returned array, at least the number of complete iterations
   */
  public static Handoffs of(IterationBlocks iterations, int length) {
    InstructionLog log = iterations.log();
    double[] loadStart = unknown(length);
    double[] forwardStart = unknown(length);
    double[] forwardEnd = unknown(length);
    double[] backwardStart = unknown(length);
    double[] backwardEnd = unknown(length);
    int load = log.kinds().indexOf(Instruction.LOAD);
    int forward = log.kinds().indexOf(Instruction.FORWARD);
    int backward = log.kinds().indexOf(Instruction.BACKWARD);
    int forwardBackward = log.kinds().indexOf(Instruction.FORWARD_BACKWARD);
    for (int i = 0; i < log.size(); i++) {
      int k = iterations.of(i);
      if (k < 0 || iterations.damaged[k]) {
        continue;
      }
      if (log.kind()[i] == forward && Double.isNaN(forwardStart[k])) {
        boolean loaded = i > 0 && load >= 0 && log.kind()[i - 1] == load && !log.damaged()[i - 1];
        loadStart[k] = loaded ? log.start()[i - 1] : Double.NaN;
        forwardStart[k] = log.start()[i];
        forwardEnd[k] = log.end()[i];
      } else if ((log.kind()[i] == backward || log.kind()[i] == forwardBackward)
          && Double.isNaN(backwardStart[k])) {
        backwardStart[k] = log.start()[i];
        backwardEnd[k] = log.end()[i];
      }
    }
    return new Handoffs(loadStart, forwardStart, forwardEnd, backwardStart, backwardEnd);
  }

  private static double[] unknown(int length) {
    double[] times = new double[length];
    Arrays.fill(times, Double.NaN);
    return times;
  }
}
