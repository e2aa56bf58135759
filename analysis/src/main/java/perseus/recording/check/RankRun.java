package perseus.recording.check;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import perseus.io.UserError;
import perseus.numeric.Quantile;
import perseus.pipeline.Instruction;
import perseus.recording.iteration.IterationBlocks;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.GpuStates;
import perseus.recording.log.IterationRange;
import perseus.recording.log.Warnings;
import perseus.recording.run.FrequencyWindow;

/**
 * Holds the recording of one rank in one directory, and the claims of the user or of {@code
 * run.json} about the recording.
 *
 * @param rank global rank
 * @param directory directory of the recording
 * @param hasManifest whether {@code run.json} describes the run; otherwise the user's flags do
 * @param numMicrobatches claimed number of microbatches in an iteration
 * @param windows claimed range of iterations at each frequency, in the order in which they ran
 * @param iterations iterations of the rank's instruction log
 * @param range range of iterations that the user analyzes; null for all
 * @param energy energy log of the rank
 * @param states recorded states of the GPU
 */
public record RankRun(
    int rank,
    Path directory,
    boolean hasManifest,
    int numMicrobatches,
    List<FrequencyWindow> windows,
    IterationBlocks iterations,
    IterationRange range,
    EnergyLog energy,
    GpuStates states) {
  /**
   * An iteration is not compared with others if its computation time exceeds this multiple of the
   * median over the iterations near it.
   */
  private static final double MAX_MEDIANS = 1.5;

  /**
   * Returns the logarithm of the computation time of each iteration. The computation time of an
   * iteration is the sum of the mean durations of all kinds of computation, in seconds. The
   * logarithm is NaN for an iteration that is damaged or not analyzed, and for an iteration that
   * start-up or another delay made slow.
   */
  double[] logTimes() {
    List<Instruction> kinds = iterations.log().kinds();
    double[] seconds = new double[iterations.complete];
    for (int k = 0; k < seconds.length; k++) {
      for (int kind = 0; kind < kinds.size() && isCompared(k); kind++) {
        seconds[k] += kinds.get(kind).isComputation() ? iterations.meanSeconds(k, kind) : 0;
      }
    }
    double[] logs = new double[seconds.length];
    for (int k = 0; k < logs.length; k++) {
      double[] near = Arrays.copyOfRange(seconds, Math.max(0, k - 3), Math.min(k + 4, logs.length));
      boolean slow = seconds[k] > MAX_MEDIANS * Quantile.median(near);
      logs[k] = seconds[k] > 0 && !slow ? Math.log(seconds[k]) : Double.NaN;
    }
    return logs;
  }

  /** Returns whether iteration {@code k}, counted from 0, is undamaged and analyzed. */
  boolean isCompared(int k) {
    return iterations.isUsable(k) && (range == null || range.contains(k + 1));
  }

  /**
   * Returns the largest number of iterations that ran at one frequency, according to the user or
   * {@code run.json}.
   */
  int windowLength() {
    return windows.stream().mapToInt(FrequencyWindow::length).max().orElse(1);
  }

  /**
   * Reports that the recording contradicts its description. If the user's flags describe the run,
   * throws an error. If {@code run.json} describes the run, adds a warning.
   *
   * @param what clause of a sentence that states which fact contradicts the description
   * @param flags names of the flags that probably are wrong
   */
  void contradict(String what, String flags, Warnings warnings) {
    String sentence =
        "%s: %s, so the recording does not fit %s"
            .formatted(iterations.log().file(), what, hasManifest ? "run.json" : flags);
    if (!hasManifest) {
      throw new UserError(sentence + "; correct these flags.");
    }
    warnings.doubtful(sentence + "; its frequencies may be wrong.");
  }
}
