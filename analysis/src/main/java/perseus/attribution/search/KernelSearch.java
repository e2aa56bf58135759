package perseus.attribution.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import perseus.attribution.fit.PowerColumns;
import perseus.attribution.fit.PowerModel;
import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.KnownKernel;
import perseus.attribution.sensor.KnownSensor;
import perseus.attribution.sensor.Sensor;

/**
 * Estimates the lag and smoothing ({@link Kernel}) of the energy counter or of the power samples.
 *
 * <p>Problem: find the lag and smoothing that maximize the likelihood of the readings. The search
 * for lag and smoothing minimizes -2 log likelihood, summed over ranks ({@link RankSample#misfit}).
 * A sensor smooths not at all, by an average over part of each update, by a low-pass, or by a
 * running average. Each kind of smoothing by a sensor has one parameter besides the lag: averaged
 * fraction, time constant or averaging time.
 *
 * <p>Method: for a few values of the parameter of each kind of smoothing, {@link LagSearch} finds
 * the best lag. The lag of a sensor with smoothing is searched near the value that gives the same
 * mean delay as the best sensor without smoothing. Smoothing is chosen only if it lowers -2 log
 * likelihood by more than {@link #MARGIN}. Brent's method refines the chosen smoothing parameter on
 * a logarithmic scale.
 *
 * <p>For a known GPU model ({@link KnownSensor}), a penalty grows with the difference from the
 * measured lag and smoothing.
 *
 * <p>Complexity: about 300 evaluations of the log likelihood, each in O(readings + instructions)
 * time.
 *
 * <p>Limits: smoothing over more than a tenth of the recorded time without interruption is not
 * tried. Combinations of two kinds of smoothing are not tried.
 */
final class KernelSearch {
  /** Minimum decrease of -2 log likelihood for which smoothing is chosen. */
  static final double MARGIN = 12;

  /**
   * The second best kind of smoothing is refined if it gives at least 1 - {@code NEAR_SHARE} of the
   * best decrease of -2 log likelihood.
   */
  private static final double NEAR_SHARE = 0.25;

  private static final double CLEARLY_PER_READING = 0.1;

  private static final DoubleFunction<Kernel> SHARE = Kernel::ofShare;
  private static final DoubleFunction<Kernel> LOW_PASS = Kernel::lowPass;
  private static final DoubleFunction<Kernel> AVERAGE = Kernel::average;

  /** Maximum factor by which the refinement changes a smoothing parameter. */
  private static final double SHAPE_REACH = 2;

  /** Low-pass of the power sensors of many GPUs, without a lag. */
  static final Kernel USUAL_LOW_PASS = Kernel.lowPass(0.0125);

  /**
   * Penalty of a running average, added to -2 log likelihood. A short running average hardly
   * differs from a low-pass, and low-passes are more common.
   */
  private static final double RARENESS_OF_AVERAGES = 6;

  private final List<RankSample> samples;
  private final List<PowerModel> models;
  private final Channel channel;
  private final Sensor base;
  private final KnownKernel known;
  private final double memorySeconds;
  private final double knownWeight;

  /**
   * @param samples selected readings of each rank
   * @param models power model of each rank: activities with separate powers, and time sections of
   *     each instruction
   * @param channel energy counter or power samples, whose lag and smoothing are estimated
   * @param base sensor with the parameters that are not estimated
   * @param knownWeight factor by which the penalty for a difference from the measured sensor of a
   *     known GPU model is multiplied ({@link KernelRanks})
   */
  KernelSearch(
      List<RankSample> samples,
      List<PowerModel> models,
      Channel channel,
      Sensor base,
      Optional<KnownSensor> known,
      double knownWeight) {
    this.samples = samples;
    this.knownWeight = knownWeight;
    this.models = models;
    this.channel = channel;
    this.base = base;
    this.known = known.map(channel::kernel).orElse(null);
    memorySeconds = samples.stream().mapToDouble(RankSample::memorySeconds).min().orElse(0);
  }

  /**
   * Returns -2 log likelihood, plus the penalty for a difference from the measured sensor of a
   * known GPU model.
   */
  private double misfit(Kernel kernel) {
    Sensor sensor = channel.with(base, kernel);
    double[] each =
        IntStream.range(0, samples.size())
            .parallel()
            .mapToDouble(r -> samples.get(r).misfit(channel, sensor, models.get(r)))
            .toArray();
    // The values of the ranks are added in a fixed order, so that the rounded sum does not
    // depend on the order of the threads.
    double sum = known == null ? 0 : knownWeight * known.penalty(kernel);
    sum += kernel.averageSeconds() > 0 ? RARENESS_OF_AVERAGES : 0;
    for (double value : each) {
      sum += value;
    }
    return sum;
  }

  Channel channel() {
    return channel;
  }

  /** Returns the number of readings of all ranks. */
  long readings() {
    return samples.stream().mapToLong(sample -> sample.readings(channel)).sum();
  }

  /** Returns the number of powers that are fitted to the readings of all ranks. */
  long powers() {
    return IntStream.range(0, samples.size())
        .mapToLong(
            s ->
                samples.get(s).parts().stream()
                    .mapToLong(part -> PowerColumns.of(part.activities(), models.get(s)).size())
                    .sum())
        .sum();
  }

  private DoubleUnaryOperator misfitOfLag(Kernel kernel) {
    return lag -> misfit(kernel.withLag(lag));
  }

  /** Returns the best sensor that has only a lag. */
  KernelChoice.Candidate plain() {
    double lag = LagSearch.scan(misfitOfLag(Kernel.PLAIN));
    return withBestLag(null, 0, Kernel.PLAIN.withLag(lag), LagSearch.STEP_SECONDS);
  }

  /** Returns the smoothing with the best lag, at most {@code reachSeconds} from its present lag. */
  private KernelChoice.Candidate withBestLag(
      DoubleFunction<Kernel> family, double shape, Kernel kernel, double reachSeconds) {
    DoubleUnaryOperator misfit = misfitOfLag(kernel);
    double lag = LagSearch.refine(kernel.lagSeconds(), reachSeconds, misfit);
    return new KernelChoice.Candidate(
        family, shape, kernel.withLag(lag), misfit.applyAsDouble(lag));
  }

  /** Returns the smoothing with the most likely lag near its present lag. */
  KernelChoice.Candidate withBestLag(Kernel kernel, double reachSeconds) {
    return withBestLag(
        null, 0, kernel.withLag(LagSearch.clipped(kernel.lagSeconds())), reachSeconds);
  }

  /**
   * Returns the best sensor with each kind of smoothing, in ascending order of -2 log likelihood.
   */
  List<KernelChoice.Candidate> others(KernelChoice.Candidate plain) {
    List<KernelChoice.Candidate> candidates = new ArrayList<>();
    if (channel == Channel.COUNTER) {
      for (double share : SmoothingGrid.SHARES) {
        Kernel kernel = Kernel.ofShare(share);
        double lag = LagSearch.scan(misfitOfLag(kernel), 2 * LagSearch.STEP_SECONDS);
        candidates.add(candidate(SHARE, share, lag));
      }
    }
    double delay = delay(plain);
    addFamily(LOW_PASS, SmoothingGrid.LOW_PASSES, delay, candidates);
    addFamily(AVERAGE, SmoothingGrid.AVERAGES, delay, candidates);
    Comparator<KernelChoice.Candidate> byMisfit =
        Comparator.comparingDouble(KernelChoice.Candidate::misfit);
    List<KernelChoice.Candidate> best =
        Stream.of(SHARE, LOW_PASS, AVERAGE)
            .flatMap(
                family ->
                    candidates.stream()
                        .filter(candidate -> candidate.family() == family)
                        .sorted(byMisfit)
                        .limit(SmoothingGrid.REFINED_LAGS)
                        .map(candidate -> nearby(candidate, candidate.shape()))
                        .min(byMisfit)
                        .stream())
            .sorted(byMisfit)
            .toList();
    if (best.size() < 2
        || best.get(1).misfit() - best.get(0).misfit()
            > NEAR_SHARE * Math.max(0, plain.misfit() - best.get(0).misfit())) {
      return best;
    }
    KernelChoice.Candidate first = refine(best.get(0), LagSearch.STEP_SECONDS);
    KernelChoice.Candidate second = refine(best.get(1), LagSearch.STEP_SECONDS);
    boolean isBetter = second.misfit() < first.misfit() - CLEARLY_PER_READING * readings();
    return isBetter ? List.of(second, first) : best;
  }

  /**
   * Estimates the mean delay of the sensor in seconds. The mean delay is estimated with the better
   * of two sensors: one with only a lag, and one with a usual low-pass. In a short recording, a
   * sensor with only a lag may fit best at a wrong lag, which aligns readings with a neighbouring
   * instruction.
   */
  private double delay(KernelChoice.Candidate plain) {
    Kernel late = USUAL_LOW_PASS.withLag(LagSearch.scan(misfitOfLag(USUAL_LOW_PASS)));
    return (misfit(late) < plain.misfit() ? late : plain.kernel()).meanDelaySeconds();
  }

  private void addFamily(
      DoubleFunction<Kernel> family,
      double[] shapes,
      double delay,
      List<KernelChoice.Candidate> candidates) {
    for (double shape : shapes) {
      Kernel kernel = family.apply(shape);
      if (kernel.memorySeconds() <= memorySeconds) {
        double expected = delay - kernel.meanDelaySeconds();
        candidates.add(candidate(family, shape, expected));
      }
    }
  }

  private static double step(Kernel kernel) {
    return Math.max(LagSearch.STEP_SECONDS, kernel.meanDelaySeconds() / 8);
  }

  /** Returns the smoothing with the best of three lags near {@code expectedLag} (seconds). */
  private KernelChoice.Candidate candidate(
      DoubleFunction<Kernel> family, double shape, double expectedLag) {
    Kernel kernel = family.apply(shape);
    KernelChoice.Candidate best = null;
    for (int i = -1; i <= 1; i++) {
      Kernel shifted = kernel.withLag(LagSearch.clipped(expectedLag + i * step(kernel)));
      double misfit = misfit(shifted);
      if (best == null || misfit < best.misfit()) {
        best = new KernelChoice.Candidate(family, shape, shifted, misfit);
      }
    }
    return best;
  }

  /** Refines the lag, and the smoothing parameter if there is one, of a candidate. */
  KernelChoice.Candidate refine(KernelChoice.Candidate start, double lagReachSeconds) {
    if (start.family() == null) {
      return withBestLag(null, 0, start.kernel(), lagReachSeconds);
    }
    double shape =
        LagSearch.minimum(
            start.shape() / SHAPE_REACH,
            Math.min(largestShape(start), start.shape() * SHAPE_REACH),
            start.shape(),
            start.family() == AVERAGE
                ? SmoothingGrid.TOLERANCE_OF_AVERAGES
                : SmoothingGrid.TOLERANCE,
            value -> nearby(start, value).misfit());
    return nearby(start, shape);
  }

  private double largestShape(KernelChoice.Candidate start) {
    if (start.kernel().share() < 1) {
      return 1;
    }
    return start.shape() * Math.max(1.01, memorySeconds / start.kernel().memorySeconds());
  }

  /** Returns the same kind of smoothing with another parameter and its best lag. */
  KernelChoice.Candidate nearby(KernelChoice.Candidate start, double shape) {
    Kernel kernel = start.family().apply(shape);
    double expected = start.kernel().meanDelaySeconds() - kernel.withLag(0).meanDelaySeconds();
    return withBestLag(
        start.family(), shape, kernel.withLag(LagSearch.clipped(expected)), step(kernel));
  }

  /**
   * Returns the standard error of a parameter.
   *
   * @param atWeight standard error from the second derivative of {@link #misfit}, in which the
   *     penalty of a known sensor is multiplied by its weight
   */
  double stderr(double atWeight) {
    return atWeight * Math.sqrt(knownWeight);
  }

  /** Returns the standard error of the sensor's lag, in seconds. */
  double lagStderr(Kernel kernel) {
    return stderr(LagSearch.stderr(kernel.lagSeconds(), misfitOfLag(kernel)));
  }
}
