package perseus.recording.iteration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.IterationRange;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.Segment;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;
import perseus.recording.run.FrequencyWindow;

/**
 * Divides the logs of one rank into time spans of consecutive iterations at one frequency.
 * Iterations that are damaged, unusually long or without energy readings are left out with a
 * warning.
 */
public final class WindowCutter {
  private final int rank;
  private final IterationBlocks iterations;
  private final EnergyLog energy;
  private final PowerSamples samples;
  private final IterationRange range;
  private final Warnings warnings;
  private final SlowIterations slow;

  /** Iterations that are left out because records are damaged or missing, counted from 1. */
  private final TreeSet<Integer> damaged = new TreeSet<>();

  /** Iterations that are left out because they have no energy readings, counted from 1. */
  private final TreeSet<Integer> uncovered = new TreeSet<>();

  /**
   * @param rank global rank of the logs
   * @param iterations iterations of the rank's instruction log
   * @param energy energy log of the same rank
   * @param samples power samples of the same rank
   * @param range iterations to use; null for all iterations
   * @param warnings receives a warning about each problem in the logs
   */
  public WindowCutter(
      int rank,
      IterationBlocks iterations,
      EnergyLog energy,
      PowerSamples samples,
      IterationRange range,
      Warnings warnings) {
    this.rank = rank;
    this.iterations = iterations;
    this.energy = energy;
    this.samples = samples;
    this.range = range;
    this.warnings = warnings;
    slow = new SlowIterations(iterations);
  }

  /**
   * Divides the logs of the rank into time spans of consecutive iterations, and adds them to {@code
   * segments}.
   *
   * @param plan range of iterations at each frequency, in the order in which they ran
   * @param hasManifest whether {@code plan} comes from {@code run.json} and not from the user
   * @param segments receives the time spans of consecutive iterations, by frequency in MHz
   * @param kept receives the number of used iterations, by frequency in MHz
   */
  public void cut(
      List<FrequencyWindow> plan,
      boolean hasManifest,
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
            "%s holds only %d of the %d iterations at %d MHz, so that the profile of this frequency is less certain.%s"
                .formatted(
                    file(),
                    last - window.first() + 1,
                    window.length(),
                    window.frequencyMhz(),
                    hasManifest
                        ? ""
                        : " If the run did not end early, check --num-microbatches and --num-prof-steps."));
      }
      boolean[] use = usable(window.first(), last);
      for (boolean used : use) {
        kept.merge(window.frequencyMhz(), used ? 1 : 0, Integer::sum);
      }
      addSegments(
          window.first(),
          use,
          segments.computeIfAbsent(window.frequencyMhz(), f -> new ArrayList<>()));
    }
    report();
    if (!missing.isEmpty()) {
      warnings.leftOut(
          "%s holds only %d of %d frequencies; %d MHz%s missing%s."
              .formatted(
                  iterations.log().file().toAbsolutePath().getParent(),
                  plan.size() - missing.size(),
                  plan.size(),
                  missing.get(0),
                  missing.size() == 1
                      ? " is"
                      : " to " + missing.get(missing.size() - 1) + " MHz are",
                  hasManifest
                      ? ""
                      : ". If the run did not end early, check --num-microbatches, --num-prof-steps and --warmup-schedules"));
    }
  }

  /**
   * Adds a warning if the log continues after the last iteration of the run. The list of
   * frequencies, or the number of iterations per frequency, may then be wrong.
   *
   * @param last number of the run's last iteration, counted from 1
   * @param hasManifest whether {@code last} comes from {@code run.json} and not from the user
   */
  public void warnOfMoreThan(int last, boolean hasManifest) {
    int more = iterations.complete - last;
    if (more > 0) {
      warn(
          Warning.Kind.LEFT_OUT,
          "more iterations",
          more,
          hasManifest
              ? "%s holds %d iterations, but according to run.json, the run ends at iteration %d; later iterations are left out."
                  .formatted(file(), iterations.complete, last)
              : "%s holds %d iterations, but the last frequency ends at iteration %d; later iterations are left out. Check --num-prof-steps, --frequencies and --warmup-schedules."
                  .formatted(file(), iterations.complete, last));
    }
  }

  private void report() {
    if (!damaged.isEmpty()) {
      warn(
          Warning.Kind.LEFT_OUT,
          "damaged iterations",
          damaged.size(),
          "%s: %s of rank %d %s left out, because records are damaged, missing or overlap."
              .formatted(
                  file(), IterationNumbers.text(damaged), rank, IterationNumbers.verb(damaged)));
    }
    if (!uncovered.isEmpty()) {
      warn(
          Warning.Kind.LEFT_OUT,
          "uncovered iterations",
          uncovered.size(),
          "%s: %s of rank %d %s left out, because %s has no readings at that time."
              .formatted(
                  file(),
                  IterationNumbers.text(uncovered),
                  rank,
                  IterationNumbers.verb(uncovered),
                  energy.file().getFileName()));
    }
    slow.report(rank, warnings);
  }

  private void warn(Warning.Kind kind, String topic, int count, String message) {
    warnings.add(new Warning(kind, topic, rank, count, count, message));
  }

  private String file() {
    return iterations.log().file().toString();
  }

  /**
   * Decides whether each iteration at one frequency is used.
   *
   * @param first number of the first iteration at the frequency, counted from 1
   * @param last number of the last iteration at the frequency, counted from 1
   */
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
    slow.leaveOut(first, use);
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

  /**
   * Adds one time span to {@code segments} for each unbroken series of used iterations.
   *
   * @param first number of the first iteration at the frequency, counted from 1
   * @param use whether each iteration at the frequency is used
   * @param segments receives the time spans
   */
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
              samples,
              Arrays.copyOfRange(iterations.from, a, b + 1),
              iterations.from[a],
              iterations.to[b],
              iterations.start[a],
              iterations.end[b]));
    }
  }
}
