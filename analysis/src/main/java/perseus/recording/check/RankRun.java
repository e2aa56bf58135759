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
 * Holds the recording of one rank in one directory, and its description by the user's flags or
 * {@code run.json}.
 *
 * @param rank global rank
 * @param directory directory of the recording
 * @param hasManifest whether {@code run.json} describes the run, and not the user's flags
 * @param numMicrobatches number of microbatches in an iteration, as claimed by the user or {@code
 *     run.json}
 * @param windows range of iterations at each frequency, as claimed by the user or {@code run.json},
 *     in order of time
 * @param iterations iterations of the rank's instruction log
 * @param range iterations that the user analyzes; null for all
 * @param energy energy log of the rank
 * @param states recorded clocks and temperatures of the GPU
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
   * An iteration counts as delayed if its computation time exceeds {@code MAX_MEDIANS} times the
   * median over neighbouring iterations.
   */
  private static final double MAX_MEDIANS = 1.5;

  /**
   * Returns ln(computation time in seconds) of each iteration. The computation time of an iteration
   * is the sum of the mean durations of all computation instructions. The returned value is NaN for
   * an iteration that is damaged, delayed or not analyzed.
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
   * Returns the largest number of iterations at one frequency that the user or {@code run.json}
   * claims.
   */
  int windowLength() {
    return windows.stream().mapToInt(FrequencyWindow::length).max().orElse(1);
  }

  /**
   * Returns whether {@code run.json} describes the run, and the log has exactly the iterations in
   * {@code run.json}. The frequency of each iteration is then certain, because the program that
   * sets the clocks writes {@code run.json}.
   */
  boolean isAsDescribed() {
    return hasManifest && iterations.complete == windows.get(windows.size() - 1).last();
  }

  /**
   * Reports that the recording contradicts its description. The report is an error if the
   * description is the user's flags, and a warning if it is {@code run.json}.
   *
   * @param what contradicting fact, without a capital letter and a full stop
   * @param flags names of the flags that are probably wrong
   */
  void contradict(String what, String flags, Warnings warnings) {
    String sentence =
        "%s: %s, so the recording does not fit %s"
            .formatted(iterations.log().file(), what, hasManifest ? "run.json" : flags);
    if (!hasManifest) {
      throw new UserError(
          sentence + (flags.contains(" and ") ? "; correct these flags." : "; correct this flag."));
    }
    warnings.doubtful(sentence + "; the frequencies in the profile may be wrong.");
  }
}
