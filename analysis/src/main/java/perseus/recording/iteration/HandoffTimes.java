package perseus.recording.iteration;

import java.util.Arrays;
import perseus.pipeline.Instruction;
import perseus.recording.log.Handoffs;
import perseus.recording.log.InstructionLog;

/** Finds the {@link Handoffs} of a rank in its instruction log. */
public final class HandoffTimes {
  private HandoffTimes() {}

  /**
   * The handoffs of a log's complete iterations; NaN where one was not recorded.
   *
   * @param length how many iterations to make room for
   */
  public static Handoffs of(IterationBlocks iterations, int length) {
    InstructionLog log = iterations.log();
    double[][] times = new double[5][length];
    for (double[] array : times) {
      Arrays.fill(array, Double.NaN);
    }
    int load = log.kinds().indexOf(Instruction.LOAD);
    int forward = log.kinds().indexOf(Instruction.FORWARD);
    int backward = log.kinds().indexOf(Instruction.BACKWARD);
    for (int i = 0; i < log.size(); i++) {
      int k = iterations.of(i);
      if (k < 0 || iterations.damaged[k]) {
        continue;
      }
      if (log.kind()[i] == forward && Double.isNaN(times[1][k])) {
        boolean loaded = i > 0 && load >= 0 && log.kind()[i - 1] == load && !log.damaged()[i - 1];
        times[0][k] = loaded ? log.start()[i - 1] : Double.NaN;
        times[1][k] = log.start()[i];
        times[2][k] = log.end()[i];
      } else if (log.kind()[i] == backward && Double.isNaN(times[3][k])) {
        times[3][k] = log.start()[i];
        times[4][k] = log.end()[i];
      }
    }
    return new Handoffs(times[0], times[1], times[2], times[3], times[4]);
  }
}
