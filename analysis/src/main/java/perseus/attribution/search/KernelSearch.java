package perseus.attribution.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import perseus.attribution.fit.PowerColumns;
import perseus.attribution.fit.PowerModel;
import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.KnownSensor;
import perseus.attribution.sensor.Sensor;

/**
 * Estimates the {@link Kernel} of one sort of readings.
 *
 * <p>Problem: find the kernel for which the readings have the largest likelihood. The misfit is -2
 * times the log likelihood, summed over ranks ({@link RankSample#misfit}). There are four families
 * of kernels: plain (only a lag), an averaged share of each update, a low-pass, and a running
 * average. Each family except the plain one has one parameter, its shape, besides the lag.
 *
 * <p>Method: for a few shapes of each family, {@link LagSearch} finds the best lag. The best lag is
 * searched near the lag for which the kernel has the same mean delay as the best plain kernel. The
 * plain kernel wins unless another kernel lowers the misfit by more than {@link #MARGIN}. The shape
 * of the winner is then refined with Brent's method on its logarithm.
 *
 * <p>If the sensor of the GPU model is known ({@link KnownSensor}), the misfit of a kernel includes
 * a penalty for its difference from the known kernel.
 *
 * <p>Complexity: about 250 evaluations of the misfit, each of O(readings + instructions) time.
 *
 * <p>Limits: a kernel whose memory is longer than a tenth of a segment cannot be judged, so it is
 * not tried. Combinations of families are not tried.
 */
final class KernelSearch {
  /**
   * Minimum decrease of the misfit that is required to choose another kernel than the plain one.
   */
  static final double MARGIN = 12;

  private static final double[] SHARES = {0.5, 0.25, 0.1};
  private static final double[] LOW_PASSES = {4e-3, 8e-3, 0.016, 0.032, 0.064, 0.1, 0.15};
  private static final double[] AVERAGES = {0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5};

  /** Number of best candidates whose lags are refined. */
  private static final int REFINED_LAGS = 3;

  /** The shape of the best kernel is refined between half and twice its value. */
  private static final double SHAPE_REACH = 2;

  /** Time constant of the low-pass of many GPUs, in seconds. */
  private static final double USUAL_LOW_PASS = 0.0125;

  /**
   * Penalty of running averages. A short one hardly differs from a low-pass, and low-passes are
   * more common.
   */
  private static final double RARENESS_OF_AVERAGES = 6;

  private final List<RankSample> samples;
  private final List<PowerModel> models;
  private final Channel channel;
  private final Sensor base;
  private final Kernel known;
  private final double memorySeconds;

  /**
   * @param samples samples of the ranks
   * @param models power model of each rank
   * @param channel sort of readings whose kernel is estimated
   * @param base sensor with all other parameters
   */
  KernelSearch(
      List<RankSample> samples,
      List<PowerModel> models,
      Channel channel,
      Sensor base,
      Optional<KnownSensor> known) {
    this.samples = samples;
    this.models = models;
    this.channel = channel;
    this.base = base;
    this.known = known.map(channel::kernel).orElse(null);
    memorySeconds = samples.stream().mapToDouble(RankSample::memorySeconds).min().orElse(0);
  }

  /**
   * A kernel with its family and misfit.
   *
   * @param family function that returns the kernel of a shape, with the lag 0; null for the plain
   *     kernel
   * @param shape parameter of the family
   * @param kernel kernel with the best lag
   * @param misfit misfit of {@code kernel}
   */
  record Candidate(DoubleFunction<Kernel> family, double shape, Kernel kernel, double misfit) {}

  /** Returns the misfit of a kernel, with the penalty for a difference from a known kernel. */
  private double misfit(Kernel kernel) {
    Sensor sensor = channel.with(base, kernel);
    double[] each =
        IntStream.range(0, samples.size())
            .parallel()
            .mapToDouble(r -> samples.get(r).misfit(channel, sensor, models.get(r)))
            .toArray();
    // The sum has a fixed order, so that the result does not depend on the order of the threads.
    double sum = known == null ? 0 : KnownSensor.penalty(known, kernel);
    sum += kernel.averageSeconds() > 0 ? RARENESS_OF_AVERAGES : 0;
    for (double value : each) {
      sum += value;
    }
    return sum;
  }

  Channel channel() {
    return channel;
  }

  /** Returns the number of readings whose kernel is estimated. */
  long readings() {
    return samples.stream().mapToLong(sample -> sample.readings(channel)).sum();
  }

  /** Returns the number of powers that are fitted to these readings. */
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

  /** Returns the plain kernel with the best lag. */
  Candidate plain() {
    double lag = LagSearch.scan(misfitOfLag(Kernel.PLAIN));
    return withBestLag(null, 0, Kernel.PLAIN.withLag(lag), LagSearch.STEP_SECONDS);
  }

  /**
   * Returns the kernel with the best lag that differs from its lag by at most {@code reachSeconds}.
   */
  private Candidate withBestLag(
      DoubleFunction<Kernel> family, double shape, Kernel kernel, double reachSeconds) {
    DoubleUnaryOperator misfit = misfitOfLag(kernel);
    double lag = LagSearch.refine(kernel.lagSeconds(), reachSeconds, misfit);
    return new Candidate(family, shape, kernel.withLag(lag), misfit.applyAsDouble(lag));
  }

  /** Returns the plain kernel with the mean delay of another kernel. */
  Candidate plainLike(Candidate other) {
    Kernel kernel = Kernel.PLAIN.withLag(clipped(other.kernel.meanDelaySeconds()));
    return new Candidate(null, 0, kernel, Double.NaN);
  }

  /** Returns the best kernel of each family except the plain kernels, the best kernel first. */
  List<Candidate> others(Candidate plain) {
    List<Candidate> candidates = new ArrayList<>();
    if (channel == Channel.COUNTER) {
      for (double share : SHARES) {
        Kernel kernel = Kernel.ofShare(share);
        double lag = LagSearch.scan(misfitOfLag(kernel), 2 * LagSearch.STEP_SECONDS);
        candidates.add(candidate(Kernel::ofShare, share, lag));
      }
    }
    double delay = delay(plain);
    addFamily(Kernel::lowPass, LOW_PASSES, delay, candidates);
    addFamily(Kernel::average, AVERAGES, delay, candidates);
    Comparator<Candidate> byMisfit = Comparator.comparingDouble(Candidate::misfit);
    return candidates.stream()
        .sorted(byMisfit)
        .limit(REFINED_LAGS)
        .map(candidate -> nearby(candidate, candidate.shape))
        .sorted(byMisfit)
        .toList();
  }

  /**
   * Estimates the mean delay of the sensor in seconds. The result is the delay of the best plain
   * kernel, or the delay of the best kernel with a usual low-pass if the latter explains the
   * readings better. In a short recording, the plain kernel may fit best at a wrong lag, which
   * aligns readings with a neighbouring instruction.
   */
  private double delay(Candidate plain) {
    Kernel usual = Kernel.lowPass(USUAL_LOW_PASS);
    Kernel late = usual.withLag(LagSearch.scan(misfitOfLag(usual)));
    return (misfit(late) < plain.misfit ? late : plain.kernel).meanDelaySeconds();
  }

  private void addFamily(
      DoubleFunction<Kernel> family, double[] shapes, double delay, List<Candidate> candidates) {
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

  private static double clipped(double lag) {
    return Math.max(LagSearch.MIN_SECONDS, Math.min(LagSearch.MAX_SECONDS, lag));
  }

  /** Returns the kernel of a shape with the best of three lags near {@code expectedLag}. */
  private Candidate candidate(DoubleFunction<Kernel> family, double shape, double expectedLag) {
    Kernel kernel = family.apply(shape);
    Candidate best = null;
    for (int i = -1; i <= 1; i++) {
      Kernel shifted = kernel.withLag(clipped(expectedLag + i * step(kernel)));
      double misfit = misfit(shifted);
      if (best == null || misfit < best.misfit) {
        best = new Candidate(family, shape, shifted, misfit);
      }
    }
    return best;
  }

  /** Returns a kernel whose lag, and shape if it has one, are refined. */
  Candidate refine(Candidate start, double lagReachSeconds) {
    if (start.family == null) {
      return withBestLag(null, 0, start.kernel, lagReachSeconds);
    }
    double shape =
        LagSearch.minimum(
            start.shape / SHAPE_REACH,
            Math.min(largestShape(start), start.shape * SHAPE_REACH),
            start.shape,
            value -> nearby(start, value).misfit);
    return nearby(start, shape);
  }

  private double largestShape(Candidate start) {
    if (start.kernel.share() < 1) {
      return 1;
    }
    return start.shape * Math.max(1.01, memorySeconds / start.kernel.memorySeconds());
  }

  /** Returns the kernel of another shape of the same family with the best lag. */
  Candidate nearby(Candidate start, double shape) {
    Kernel kernel = start.family.apply(shape);
    double expected = start.kernel.meanDelaySeconds() - kernel.withLag(0).meanDelaySeconds();
    return withBestLag(start.family, shape, kernel.withLag(clipped(expected)), step(kernel));
  }

  /** Returns the standard error of the lag of a kernel, in seconds. */
  double lagStderr(Kernel kernel) {
    return LagSearch.stderr(kernel.lagSeconds(), misfitOfLag(kernel));
  }
}
