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
 * frequency. Compared durations are the iteration time, and the mean duration of each computation
 * in the iteration. The first iteration of a run is often slow, because it includes the start of
 * the program.
 */
final class SlowIterations {
  /**
   * An iteration counts as slow if one of its durations exceeds this multiple of the median
   * duration at the same frequency.
   */
  private static final double MAX_MEDIANS = 1.5;

  /** Minimum number of iterations for a reliable median duration. */
  private static final int MIN_ITERATIONS = 3;

  private final IterationBlocks iterations;
  private final List<Excess> found = new ArrayList<>();

  /**
   * Holds an unusually long duration in an iteration, and the median duration at the same
   * frequency.
   *
   * @param iteration number of the slow iteration, counted from 1
   * @param subject text for the message: "the iteration", or a computation such as "an average
   *     forward"
   * @param seconds duration in the slow iteration, in seconds
   * @param median median duration over all iterations at the same frequency, in seconds
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
   * Finds and leaves out the slow iterations at one frequency.
   *
   * @param first number of the first iteration at the frequency, counted from 1
   * @param use whether each iteration at the frequency is used; the method sets slow iterations to
   *     false
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
   * Adds one warning about a slow first iteration of the run, and one warning about all other slow
   * iterations.
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
