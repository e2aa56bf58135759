package perseus.attribution.search;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import perseus.attribution.activity.Activity;
import perseus.attribution.fit.NormalEquations;
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
 * <p>Method: {@link SmoothingGrid} finds the best of a few values of the parameter of each kind of
 * smoothing, and {@link LagSearch} the best lag. Smoothing is chosen only if it lowers -2 log
 * likelihood by more than {@link #MARGIN}. Brent's method refines the chosen smoothing parameter on
 * a logarithmic scale, with the best lag for each of its values.
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

  static final DoubleFunction<Kernel> SHARE = Kernel::ofShare;
  static final DoubleFunction<Kernel> LOW_PASS = Kernel::lowPass;
  static final DoubleFunction<Kernel> AVERAGE = Kernel::average;

  /** Maximum factor by which the refinement changes a smoothing parameter. */
  private static final double SHAPE_REACH = 2;

  /** Maximum factor for a smoothing parameter that was already refined with fewer readings. */
  private static final double NEAR_SHAPE_REACH = 1.2;

  /**
   * Tolerance of the logarithm of a smoothing parameter. A low-pass of 130 ms that is wrong by 1 %
   * changes the energies of forwards of 50 ms by up to 1 %.
   */
  private static final double TOLERANCE = 4e-3;

  /** Low-pass of the power sensors of many GPUs, without a lag. */
  static final Kernel USUAL_LOW_PASS = Kernel.lowPass(0.0125);

  /**
   * Penalty of a running average, added to -2 log likelihood. A short running average hardly
   * differs from a low-pass, and low-passes are more common.
   */
  private static final double RARENESS_OF_AVERAGES = 6;

  /**
   * A search tries values up to a largest distance from its start. If its result lies beyond this
   * fraction of the distance, the search continues from the result.
   */
  private static final double AT_END = 0.95;

  private static final int MAX_CONTINUATIONS = 5;

  private final List<RankSample> samples;
  private final List<PowerModel> models;
  private final Channel channel;
  private final Sensor base;
  private final KnownKernel known;
  private final double memorySeconds;
  private final double knownWeight;

  /**
   * @param samples selected readings of each rank
   * @param models power model of each rank
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
  double misfit(Kernel kernel) {
    Sensor sensor = channel.with(base, kernel);
    double[] each =
        IntStream.range(0, samples.size())
            .parallel()
            .mapToDouble(r -> samples.get(r).misfit(channel, sensor, models.get(r)))
            .toArray();
    // A sum in a fixed order is rounded in the same way for every order of the threads.
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

  /** Returns whether the sensor of the GPU model was measured. */
  boolean isKnown() {
    return known != null;
  }

  /** Returns the longest smoothing in seconds that the readings of all ranks can show. */
  double memorySeconds() {
    return memorySeconds;
  }

  /**
   * Returns the share of the readings' variance that a smoothing leaves unexplained.
   *
   * @param misfit -2 log likelihood with the smoothing
   */
  double unexplained(double misfit) {
    double constant = 0;
    for (RankSample.Part part : samples.stream().flatMap(one -> one.parts().stream()).toList()) {
      PowerColumns columns = PowerColumns.of(part.activities(), new PowerModel(Map.of()));
      NormalEquations sums = RankSample.sums(part.readings(channel), columns, base);
      if (sums.rows() > 0) {
        NormalEquations one = sums.withMergedColumns(new int[columns.size()], 1);
        constant += one.misfit(one.squaredResiduals(new double[] {one.meanWatts()}));
      }
    }
    return Math.exp((misfit - constant) / readings());
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

  /** Returns the candidate with the next lag at which the likelihood has a maximum. */
  KernelChoice.Candidate atMaximum(KernelChoice.Candidate start) {
    KernelChoice.Candidate best = start;
    double reach = lagStep(start.kernel());
    boolean isAtEnd = true;
    for (int i = 0; isAtEnd && i < MAX_CONTINUATIONS; i++) {
      double before = best.kernel().lagSeconds();
      best = withBestLag(start.family(), start.shape(), best.kernel(), reach);
      isAtEnd = Math.abs(best.kernel().lagSeconds() - before) > AT_END * reach;
    }
    return best;
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
    return new SmoothingGrid(this).best(plain);
  }

  /** Returns a faster search with one power for each instruction, for an unknown GPU model. */
  KernelSearch simple() {
    PowerModel simple = new PowerModel(Map.of(), Set.of(Activity.BETWEEN_ITERATIONS));
    List<PowerModel> each = Collections.nCopies(samples.size(), simple);
    return new KernelSearch(samples, each, channel, base, Optional.empty(), knownWeight);
  }

  /** Returns by how much the lag of a smoothing may differ from its expected value, in seconds. */
  static double lagStep(Kernel kernel) {
    return Math.max(LagSearch.STEP_SECONDS, kernel.meanDelaySeconds() / 8);
  }

  KernelChoice.Candidate candidate(DoubleFunction<Kernel> family, double shape, Kernel kernel) {
    return new KernelChoice.Candidate(family, shape, kernel, misfit(kernel));
  }

  /** Refines the lag and the parameter of a candidate whose parameter is nearly known. */
  KernelChoice.Candidate refine(KernelChoice.Candidate start, double lagReachSeconds) {
    if (start.family() == null) {
      return withBestLag(null, 0, start.kernel(), lagReachSeconds);
    }
    KernelChoice.Candidate found = refined(start, NEAR_SHAPE_REACH);
    double change = Math.abs(Math.log(found.shape() / start.shape()));
    return change > AT_END * Math.log(NEAR_SHAPE_REACH) ? refineWidely(found) : found;
  }

  /** Refines the smoothing parameter of a candidate that is known up to a factor of two. */
  KernelChoice.Candidate refineWidely(KernelChoice.Candidate start) {
    return refined(start, SHAPE_REACH);
  }

  private KernelChoice.Candidate refined(KernelChoice.Candidate start, double reach) {
    double shape =
        LagSearch.minimum(
            start.shape() / reach,
            Math.min(largestShape(start), start.shape() * reach),
            start.shape(),
            TOLERANCE,
            value -> nearby(start, value).misfit());
    return nearby(start, shape);
  }

  private double largestShape(KernelChoice.Candidate start) {
    if (start.kernel().share() < 1) {
      return 1;
    }
    return start.shape() * Math.max(1.01, memorySeconds / start.kernel().memorySeconds());
  }

  /**
   * Returns the same kind of smoothing with another parameter and its best lag.
   *
   * <p>The best lag lies between two values. One value is the lag of {@code start}; the other gives
   * the mean delay of {@code start}.
   */
  KernelChoice.Candidate nearby(KernelChoice.Candidate start, double shape) {
    Kernel kernel = start.family().apply(shape);
    double sameLag = start.kernel().lagSeconds();
    double sameDelay = start.kernel().meanDelaySeconds() - kernel.meanDelaySeconds();
    double middle = LagSearch.clipped((sameLag + sameDelay) / 2);
    double reach = Math.abs(sameLag - sameDelay) / 2 + lagStep(kernel);
    return withBestLag(start.family(), shape, kernel.withLag(middle), reach);
  }

  /** Corrects a standard error that is too small, because the penalty has a weight above 1. */
  double stderr(double atWeight) {
    return atWeight * Math.sqrt(knownWeight);
  }

  /** Returns the standard error of the sensor's lag, in seconds. */
  double lagStderr(Kernel kernel) {
    return stderr(LagSearch.stderr(kernel.lagSeconds(), misfitOfLag(kernel)));
  }
}
