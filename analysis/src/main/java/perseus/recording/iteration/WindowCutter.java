package perseus.recording.iteration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;
import perseus.pipeline.Instruction;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.IterationRange;
import perseus.recording.log.Segment;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;
import perseus.recording.run.FrequencyWindow;

/** Cuts one rank's logs into windows of one frequency and leaves out what cannot be believed. */
public final class WindowCutter {
  /** An iteration or its instructions this many times longer than the window's median stand out. */
  private static final double OUTLIER = 1.5;

  /** A median of fewer iterations says nothing. */
  private static final int FEWEST_FOR_OUTLIERS = 3;

  private final int rank;
  private final IterationBlocks iterations;
  private final EnergyLog energy;
  private final IterationRange range;
  private final Warnings warnings;
  private final TreeSet<Integer> damaged = new TreeSet<>();
  private final TreeSet<Integer> uncovered = new TreeSet<>();
  private final List<Outlier> outliers = new ArrayList<>();

  /** An iteration in which something took far longer than its window's median. */
  private record Outlier(int iteration, String what, double seconds, double median) {
    double ratio() {
      return seconds / median;
    }
  }

  public WindowCutter(
      int rank,
      IterationBlocks iterations,
      EnergyLog energy,
      IterationRange range,
      Warnings warnings) {
    this.rank = rank;
    this.iterations = iterations;
    this.energy = energy;
    this.range = range;
    this.warnings = warnings;
  }

  /**
   * Adds what can be used of each window to {@code segments}, and how many iterations that is to
   * {@code kept}, both by frequency in MHz.
   */
  public void cut(
      List<FrequencyWindow> plan,
      Map<Integer, List<Segment>> segments,
      Map<Integer, Integer> kept) {
    List<Integer> missing = new ArrayList<>();
    for (FrequencyWindow window : plan) {
      int last = Math.min(window.last(), iterations.complete);
      if (last < window.first()) {
        missing.add(window.frequencyMhz());
        continue;
      }
      if (last < window.last()) {
        warn(
            Warning.Kind.DOUBTFUL,
            "cut window",
            1,
            "%s: the window of %d MHz is cut, with %d complete iterations of %d; they count."
                .formatted(
                    file(), window.frequencyMhz(), last - window.first() + 1, length(window)));
      }
      boolean[] use = usable(window.first(), last);
      for (int k = 0; k < use.length; k++) {
        kept.merge(window.frequencyMhz(), use[k] ? 1 : 0, Integer::sum);
      }
      addSegments(
          window.first(),
          use,
          segments.computeIfAbsent(window.frequencyMhz(), f -> new ArrayList<>()));
    }
    report();
    if (!missing.isEmpty()) {
      warnings.leftOut(
          "%s was recorded for %d of %d frequencies; %s MHz%s missing."
              .formatted(
                  iterations.log().file().toAbsolutePath().getParent(),
                  plan.size() - missing.size(),
                  plan.size(),
                  missing.get(0),
                  missing.size() == 1
                      ? " is"
                      : " to " + missing.get(missing.size() - 1) + " MHz are"));
    }
  }

  /**
   * Warns of iterations after the run's last: with a wrong number of steps or frequencies, every
   * label would be wrong in silence.
   *
   * @param last the run's last iteration, from 1
   * @param manifest whether {@code run.json} says so, instead of flags
   */
  public void warnOfMoreThan(int last, boolean manifest) {
    int more = iterations.complete - last;
    if (more > 0) {
      warn(
          Warning.Kind.LEFT_OUT,
          "more iterations",
          more,
          ("%s holds %d iterations, but "
                  + (manifest
                      ? "the run ends at iteration %d by its run.json; the rest is left out."
                      : "the frequencies' windows end at iteration %d; the rest is left out. Are"
                          + " --num-prof-steps, --frequencies and --warmup-schedules right?"))
              .formatted(file(), iterations.complete, last));
    }
  }

  private void report() {
    if (!damaged.isEmpty()) {
      warn(
          Warning.Kind.LEFT_OUT,
          "damaged iterations",
          damaged.size(),
          "%s: %s of rank %d left out, for records that are damaged, missing or overlap."
              .formatted(file(), named(damaged), rank));
    }
    if (!uncovered.isEmpty()) {
      warn(
          Warning.Kind.LEFT_OUT,
          "uncovered iterations",
          uncovered.size(),
          "%s: %s of rank %d left out, for which %s has no reading."
              .formatted(file(), named(uncovered), rank, energy.file().getFileName()));
    }
    TreeSet<Integer> slow = new TreeSet<>();
    Outlier worst = null;
    for (Outlier outlier : outliers) {
      if (outlier.iteration == 1) {
        warnings.add(
            new Warning(
                Warning.Kind.LEFT_OUT,
                "start-up",
                rank,
                1,
                outlier.ratio(),
                "Iteration 1 of rank %d contains start-up: %s; left out."
                    .formatted(rank, took(outlier))));
      } else {
        slow.add(outlier.iteration);
        worst = worst == null || outlier.ratio() > worst.ratio() ? outlier : worst;
      }
    }
    if (worst != null) {
      String where = slow.size() == 1 ? "" : " in iteration " + worst.iteration;
      warnings.add(
          new Warning(
              Warning.Kind.LEFT_OUT,
              "slow iterations",
              rank,
              slow.size(),
              slow.size(),
              "%s of rank %d left out for taking too long:%s %s."
                  .formatted(capitalized(named(slow)), rank, where, took(worst))));
    }
  }

  private static String took(Outlier outlier) {
    return String.format(
        Locale.ROOT,
        "%s took %.3g s against %.3g s",
        outlier.what,
        outlier.seconds,
        outlier.median);
  }

  private static String capitalized(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private void warn(Warning.Kind kind, String topic, int count, String message) {
    warnings.add(new Warning(kind, topic, rank, count, count, message));
  }

  private static int length(FrequencyWindow window) {
    return window.last() - window.first() + 1;
  }

  private String file() {
    return iterations.log().file().toString();
  }

  /** Which of iterations {@code first} to {@code last} (counted from 1) to use. */
  private boolean[] usable(int first, int last) {
    boolean[] use = new boolean[last - first + 1];
    for (int k = 0; k < use.length; k++) {
      if (range == null || range.contains(first + k)) {
        use[k] = !iterations.damaged[first - 1 + k];
        if (!use[k]) {
          damaged.add(first + k);
        }
      }
    }
    leaveOutOutliers(first, use);
    double firstReading = energy.times()[0] - energy.periodSeconds();
    double lastReading = energy.times()[energy.size() - 1] + energy.periodSeconds();
    for (int k = 0; k < use.length; k++) {
      int i = first - 1 + k;
      if (use[k] && (iterations.start[i] < firstReading || iterations.end[i] > lastReading)) {
        use[k] = false;
        uncovered.add(first + k);
      }
    }
    return use;
  }

  private void leaveOutOutliers(int first, boolean[] use) {
    int used = 0;
    for (boolean u : use) {
      used += u ? 1 : 0;
    }
    if (used < FEWEST_FOR_OUTLIERS) {
      return;
    }
    List<Instruction> kinds = iterations.log().kinds();
    boolean[] candidates = use.clone();
    for (int k = 0; k < kinds.size(); k++) {
      if (kinds.get(k).isComputation()) {
        int kind = k;
        leaveOutOutliers(
            first, candidates, use, kinds.get(k).name(), i -> iterations.meanSeconds(i, kind));
      }
    }
    leaveOutOutliers(
        first, candidates, use, "the iteration", i -> iterations.end[i] - iterations.start[i]);
  }

  private void leaveOutOutliers(
      int first, boolean[] candidates, boolean[] use, String what, IntToDoubleFunction seconds) {
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
      if (use[k] && values[k] > OUTLIER * median) {
        use[k] = false;
        outliers.add(new Outlier(first + k, what, values[k], median));
      }
    }
  }

  private void addSegments(int first, boolean[] use, List<Segment> segments) {
    int k = 0;
    while (k < use.length) {
      if (!use[k]) {
        k++;
        continue;
      }
      int begin = k;
      while (k < use.length && use[k]) {
        k++;
      }
      int a = first - 1 + begin;
      int b = first - 1 + k - 1;
      segments.add(
          new Segment(
              iterations.log(),
              energy,
              iterations.from[a],
              iterations.to[b],
              iterations.start[a],
              iterations.end[b]));
    }
  }

  /** "iteration 3", or "iterations 3, 5-7". */
  static String named(TreeSet<Integer> numbers) {
    StringBuilder text = new StringBuilder(numbers.size() == 1 ? "iteration " : "iterations ");
    int count = 0;
    for (int n : numbers) {
      if (numbers.contains(n - 1) && numbers.contains(n + 1)) {
        continue;
      }
      if (count++ > 0) {
        text.append(numbers.contains(n - 1) ? "-" : ", ");
      }
      text.append(n);
    }
    return text.toString();
  }
}
