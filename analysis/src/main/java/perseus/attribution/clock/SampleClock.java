package perseus.attribution.clock;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Warning;

/**
 * Describes the difference between the clocks of a rank's energy counter and of its power samples.
 *
 * <p>Problem: the energy counter and the power samples measure the same power. Find the time d(t)
 * that must be added to the times of the samples. The right d(t) gives the largest correlation r
 * between the energy of the samples and the rise of the counter. The times of instructions are not
 * used.
 *
 * <p>Method: the recorded times are tested first. They are right if 1 - r^2 is small, and if the
 * first and the last third of the recording have the same best d. If the recorded times are wrong,
 * all constant d of up to 5 s are tried. Then the recording is divided into blocks. For each block,
 * values of d near the best d of the neighbouring block are tried. {@link LagDrift} fits a line to
 * the best d of all blocks.
 *
 * <p>Complexity: O(n log m) time for n updates and m samples; about 1,000 times as long if the
 * recorded times are wrong.
 *
 * <p>Limits: a constant difference of less than {@link #MIN_SECONDS} is not corrected, because the
 * fitted lag of each sensor contains it. If times are rounded, this limit is larger by their time
 * quantum. Ranks with several energy logs are not compared.
 *
 * <p>Source: this project's own method. In 11 recordings of H200 GPUs (19 ranks), the best d is 1
 * to 6 ms, with 1 - r^2 of 0.01 to 0.08. With a wrong d, 1 - r^2 is at least 0.2.
 *
 * @param seconds difference in the middle of the recording, in seconds
 * @param slope change of the difference in seconds per second
 * @param middle Unix time in seconds of the middle of the recording
 * @param length length of the recording in seconds
 */
public record SampleClock(double seconds, double slope, double middle, double length) {
  private static final double MIN_SECONDS = 0.05;
  private static final double MAX_SECONDS = 5;
  private static final double STEP_SECONDS = 0.01;
  private static final double NEAR_SECONDS = 0.03;
  private static final double NEAR_STEP_SECONDS = 2e-3;

  /** Time in seconds by which samples are moved earlier and later, to test their recorded times. */
  private static final double TEST_SECONDS = 6e-3;

  /** Minimum change of the difference during the recording that is corrected, in seconds. */
  private static final double MIN_CHANGE_SECONDS = 3e-3;

  /**
   * Maximum 1 - r^2 with the right times of the samples, where r is their correlation with the
   * counter.
   */
  private static final double MAX_MISFIT = 0.3;

  private static final int BLOCKS = 12;
  private static final int MIN_UPDATES_OF_BLOCK = 30;
  private static final int UPDATES_FOR_SCAN = 300;

  /**
   * Minimum decrease of -2 log likelihood by a changing difference of the clocks in place of a
   * constant one.
   */
  private static final double MARGIN = 40;

  /**
   * Returns the difference between the clocks; empty if they agree or cannot be compared.
   *
   * @param counterLater usual mean delay of the GPU's counter minus the usual mean delay of its
   *     power samples, in seconds
   */
  public static Optional<SampleClock> find(RankRecording rank, double counterLater) {
    List<Segment> segments =
        rank.windows().stream().flatMap(window -> window.segments().stream()).toList();
    List<EnergyLog> logs = segments.stream().map(Segment::energy).distinct().toList();
    PowerSamples samples = segments.isEmpty() ? PowerSamples.NONE : segments.get(0).samples();
    if (logs.size() != 1 || samples.isEmpty()) {
      return Optional.empty();
    }
    CounterCorrelation all = CounterCorrelation.of(logs.get(0), samples);
    // The power of a sample is used for the period that ends at the sample. The middle of this
    // period is half a period too early.
    double usual = samples.periodSeconds() / 2 + counterLater;
    double unknown = Math.max(samples.quantumSeconds(), logs.get(0).quantumSeconds());
    return all.size() < BLOCKS * MIN_UPDATES_OF_BLOCK
        ? Optional.empty()
        : find(all, usual, MIN_SECONDS + unknown);
  }

  /**
   * Returns the difference between the clocks; empty if they agree.
   *
   * @param usual time that must be added to the times of the samples if the clocks agree, in
   *     seconds
   * @param leastSeconds smallest constant difference that is corrected, in seconds
   */
  private static Optional<SampleClock> find(
      CounterCorrelation all, double usual, double leastSeconds) {
    double recorded = all.misfit(0);
    if (recorded < MAX_MISFIT && Math.abs(changeOfThirds(all)) < MIN_CHANGE_SECONDS) {
      return Optional.empty();
    }
    double found = recorded < MAX_MISFIT ? 0 : scanned(all);
    CounterCorrelation[] blocks = new CounterCorrelation[BLOCKS];
    Arrays.setAll(blocks, k -> all.part(k, BLOCKS));
    double middle = (all.start() + all.end()) / 2;
    double[] times = new double[BLOCKS];
    double[] seconds = new double[BLOCKS];
    double[] weights = new double[BLOCKS];
    for (int k = 0; k < BLOCKS; k++) {
      int block = k < BLOCKS / 2 ? BLOCKS / 2 - 1 - k : k;
      int neighbour = block < BLOCKS / 2 ? block + 1 : block - 1;
      boolean isFirst = k == 0 || k == BLOCKS / 2;
      seconds[block] = near(blocks[block], isFirst ? found : seconds[neighbour]);
      times[block] = (blocks[block].start() + blocks[block].end()) / 2 - middle;
      weights[block] = blocks[block].misfit(seconds[block]) < 2 * MAX_MISFIT ? 1 : 0;
    }
    double constant = near(all, found);
    LagDrift drift = LagDrift.find(times, seconds, weights);
    double length = all.end() - all.start();
    double same = all.misfit(constant);
    double sloped = all.misfit(t -> drift.offset() + drift.slope() * (t - middle));
    if (drift.isCertain()
        && Math.abs(drift.slope()) * length > MIN_CHANGE_SECONDS
        && sloped < MAX_MISFIT
        && all.size() * Math.log(same / sloped) > MARGIN) {
      return Optional.of(new SampleClock(drift.offset() - usual, drift.slope(), middle, length));
    }
    boolean isBetter = same < MAX_MISFIT && same < recorded / 2;
    return Math.abs(constant - usual) > leastSeconds && isBetter
        ? Optional.of(new SampleClock(constant - usual, 0, middle, length))
        : Optional.empty();
  }

  /**
   * Estimates how much the clocks drift apart from the first to the last third of the recording, in
   * seconds.
   */
  private static double changeOfThirds(CounterCorrelation all) {
    return nearZero(all.part(2, 3)) - nearZero(all.part(0, 3));
  }

  /**
   * Estimates a small difference of the clocks in seconds, from a parabola through three values of
   * 1 - r^2.
   */
  private static double nearZero(CounterCorrelation part) {
    double before = part.misfit(-TEST_SECONDS);
    double at = part.misfit(0);
    double after = part.misfit(TEST_SECONDS);
    double curvature = before - 2 * at + after;
    double most = 2 * TEST_SECONDS;
    return curvature > 0
        ? Math.max(-most, Math.min(most, TEST_SECONDS * (before - after) / (2 * curvature)))
        : before < after ? -most : most;
  }

  private static double scanned(CounterCorrelation all) {
    CounterCorrelation some = all.some(UPDATES_FOR_SCAN);
    return best(some, -MAX_SECONDS, MAX_SECONDS, STEP_SECONDS);
  }

  private static double near(CounterCorrelation some, double expected) {
    return best(some, expected - NEAR_SECONDS, expected + NEAR_SECONDS, NEAR_STEP_SECONDS);
  }

  private static double best(CounterCorrelation some, double from, double to, double step) {
    double best = from;
    double smallest = Double.POSITIVE_INFINITY;
    int steps = (int) Math.round((to - from) / step);
    for (int i = 0; i <= steps; i++) {
      double value = some.misfit(from + i * step);
      if (value < smallest) {
        smallest = value;
        best = from + i * step;
      }
    }
    return best;
  }

  /** Returns a copy of the recording in which the times of the power samples are corrected. */
  public RankRecording withMovedSamples(RankRecording rank) {
    return ShiftedTimes.ofSamples(rank, t -> t + seconds + slope * (t - middle));
  }

  /** Returns a copy of the recording in which the times of the energy counter are corrected. */
  public RankRecording withMovedCounter(RankRecording rank) {
    DoubleUnaryOperator time = t -> t - seconds - slope * (t - middle);
    return ShiftedTimes.ofCounter(rank, time);
  }

  /**
   * Returns a note about the correction.
   *
   * @param samples true if the times of the power samples were corrected, false if the times of the
   *     counter were corrected
   */
  public Warning note(int rank, boolean samples) {
    String corrected = samples ? "power samples" : "energy counter";
    String text =
        slope == 0
            ? String.format(
                Locale.ROOT,
                "The clocks of the energy counter and of the power samples of rank %d differ by"
                    + " %.0f ms; the times of the %s were corrected.",
                rank,
                1e3 * Math.abs(seconds),
                corrected)
            : String.format(
                Locale.ROOT,
                "The clocks of the energy counter and of the power samples of rank %d drift apart"
                    + " by %.0f ppm (%.0f ms in %.0f s); the times of the %s were corrected.",
                rank,
                1e6 * Math.abs(slope),
                1e3 * Math.abs(slope) * length,
                length,
                corrected);
    double severity = slope == 0 ? Math.abs(seconds) : Math.abs(slope) * length;
    return new Warning(Warning.Kind.REPAIRED, "sample clock", rank, 1, severity, text);
  }
}
