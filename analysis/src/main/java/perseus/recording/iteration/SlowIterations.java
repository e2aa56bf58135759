package perseus.recording.iteration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;
import perseus.io.Named;
import perseus.pipeline.Instruction;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Finds iterations of one rank that took much longer than the median iteration at the same
 * frequency. Compares two sorts of durations with their medians: the duration of the whole
 * iteration, and the mean duration of each kind of computation in the iteration. The first
 * iteration of a run is often slow, because it includes start-up.
 */
final class SlowIterations {
  /**
   * An iteration is slow if one of its durations exceeds the product of {@code MAX_MEDIANS} and the
   * median of this duration at the same frequency.
   */
  private static final double MAX_MEDIANS = 1.5;

  /**
   * Minimum number of iterations for which a median duration is computed. The median duration of
   * fewer than three iterations is not reliable.
   */
  private static final int MIN_ITERATIONS = 3;

  private final IterationBlocks iterations;
  private final List<Excess> found = new ArrayList<>();

  /**
   * Describes why one iteration is slow: one of its durations, and the median of this duration over
   * all iterations at the same frequency.
   *
   * @param iteration number of the slow iteration, counted from 1
   * @param subject text that names the slow iteration ("the iteration"), or the slow computation
   *     ("an average forward")
   * @param seconds duration of {@code subject} in the slow iteration, in seconds
   * @param median median duration of {@code subject} over all iterations at the same frequency, in
   *     seconds
   */
  private record Excess(int iteration, String subject, double seconds, double median) {
    double ratio() {
      return seconds / median;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s took %.3g s, compared with a median of %.3g s",
          subject,
          seconds,
          median);
    }
  }

  SlowIterations(IterationBlocks iterations) {
    this.iterations = iterations;
  }

  /**
   * Finds the slow iterations of one window (consecutive iterations at one frequency) and leaves
   * these slow iterations out.
   *
   * @param first number of the window's first iteration, counted from 1
   * @param use for each iteration of the window, whether it is used; this method sets the values of
   *     slow iterations to false
   */
  void leaveOut(int first, boolean[] use) {
    int used = 0;
    for (boolean u : use) {
      used += u ? 1 : 0;
    }
    if (used < MIN_ITERATIONS) {
      return;
    }
    List<Instruction> kinds = iterations.log().kinds();
    boolean[] candidates = use.clone();
    for (int k = 0; k < kinds.size(); k++) {
      if (kinds.get(k).isComputation()) {
        int kind = k;
        leaveOut(
            first,
            candidates,
            use,
            "an average " + kinds.get(k).name(),
            i -> iterations.meanSeconds(i, kind));
      }
    }
    leaveOut(first, candidates, use, "the iteration", i -> iterations.end[i] - iterations.start[i]);
  }

  private void leaveOut(
      int first, boolean[] candidates, boolean[] use, String subject, IntToDoubleFunction seconds) {
    double[] values = new double[use.length];
    double[] sorted = new double[use.length];
    int count = 0;
    for (int k = 0; k < use.length; k++) {
      values[k] = seconds.applyAsDouble(first - 1 + k);
      if (candidates[k]) {
        sorted[count++] = values[k];
      }
    }
    Arrays.sort(sorted, 0, count);
    double median = sorted[count / 2];
    for (int k = 0; k < use.length; k++) {
      if (use[k] && values[k] > MAX_MEDIANS * median) {
        use[k] = false;
        found.add(new Excess(first + k, subject, values[k], median));
      }
    }
  }

  /**
   * Adds one warning if the first iteration of the run was slow, and one warning about all other
   * slow iterations.
   */
  void report(int rank, Warnings warnings) {
    TreeSet<Integer> slow = new TreeSet<>();
    Excess worst = null;
    for (Excess excess : found) {
      if (excess.iteration == 1) {
        warnings.add(
            new Warning(
                Warning.Kind.LEFT_OUT,
                "start-up",
                rank,
                1,
                excess.ratio(),
                "Iteration 1 of rank %d is left out, because it contains start-up: %s."
                    .formatted(rank, excess)));
      } else {
        slow.add(excess.iteration);
        worst = worst == null || excess.ratio() > worst.ratio() ? excess : worst;
      }
    }
    if (worst != null) {
      String where = slow.size() == 1 ? "" : "in iteration " + worst.iteration + ", ";
      warnings.add(
          new Warning(
              Warning.Kind.LEFT_OUT,
              "slow iterations",
              rank,
              slow.size(),
              slow.size(),
              "%s of rank %d %s left out for taking too long: %s%s."
                  .formatted(
                      Named.capitalized(IterationNumbers.text(slow)),
                      rank,
                      IterationNumbers.verb(slow),
                      where,
                      worst)));
    }
  }
}
