package perseus.attribution.search;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.fit.PowerModel;
import perseus.attribution.sensor.Deviation;
import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.KnownSensor;
import perseus.attribution.sensor.RegularTicks;
import perseus.attribution.sensor.SampleStamps;
import perseus.attribution.sensor.Sensor;
import perseus.io.Progress;
import perseus.pipeline.Instruction;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Warnings;

/**
 * Estimates how the GPUs of a job measure power (the sensor), from recordings of some ranks.
 *
 * <p>Problem: find the {@link Sensor} for which the recorded readings have the largest likelihood.
 * The sensor is the same for all ranks and frequencies, but the powers differ between ranks and
 * between frequencies.
 *
 * <p>Method: the kernels of the energy counter and of the power samples are estimated separately
 * with {@link KernelSearch}, on a few ranks and with the most detailed power model. {@link
 * TimesChoice} compares the recorded times of readings with corrected ones ({@link RegularTicks},
 * {@link SampleStamps}). {@link SpecialPowers} may find special instances; then the search begins
 * again. {@link RankClocks} corrects ranks whose lag differs from the others or drifts. The last
 * step uses all given ranks: it chooses the power model of each rank, refines the kernels, and
 * estimates the share of reversed errors from the correlation between neighbouring residuals.
 *
 * <p>Complexity: the search evaluates the misfit about 500 times for each sort of readings. One
 * evaluation of the misfit takes O(readings + instructions) time for the sampled readings: at most
 * about 1,200 of each rank in the first step, and about 4,000 in the last step.
 *
 * <p>Limits: all GPUs have the same kernels; {@link OtherKernels} warns if they do not.
 *
 * <p>Source: this project's own method, based on maximum likelihood.
 */
public final class SensorSearch {
  /** A kernel whose misfit exceeds that of the plain kernel by more is not refined. */
  private static final double HOPELESS_MISFIT = 100;

  /** Maximum change of a lag in the last step, in seconds. */
  private static final double REACH_SECONDS = 0.01;

  private static final double RANK_REACH_SECONDS = 0.02;

  private static final String PROGRESS = "finding the sensor's lag";

  /**
   * Holds the result of a search: the estimated sensor and the recordings that were used.
   *
   * @param sensor estimated parameters of the sensor
   * @param lagStderrSeconds standard error of the counter's lag, in seconds
   * @param deviations sensors that differ from {@code sensor} by about one standard error each
   * @param lagOfRank for each global rank, the lag in seconds that is estimated only from the
   *     readings of this rank
   * @param sample recordings of the ranks from which the sensor was estimated, with corrected times
   * @param doubt relative standard error that doubts about the sensor add to all energies
   */
  public record Learned(
      Sensor sensor,
      double lagStderrSeconds,
      List<Deviation> deviations,
      Map<Integer, Double> lagOfRank,
      List<MarkedRank> sample,
      double doubt) {}

  private final Warnings warnings;
  private final Progress progress;
  private final List<Deviant> deviants = new ArrayList<>();
  private final Optional<KnownSensor> known;
  private final List<RankRecording> recorded;
  private List<MarkedRank> ranks;

  /** For each rank, the special instances with other powers; null until they are searched for. */
  private List<Set<Instruction>> special;

  private double doubt;
  private int steps;
  private int allSteps;

  private SensorSearch(List<RankRecording> recorded, Warnings warnings, Progress progress) {
    this.recorded = recorded;
    this.warnings = warnings;
    this.progress = progress;
    ranks = recorded.parallelStream().map(MarkedRank::of).toList();
    known = KnownSensor.of(recorded.get(0).gpu());
  }

  /**
   * Estimates the sensor from some ranks of a recording. If there are too few readings at every
   * frequency, returns a sensor without lag and adds a warning.
   *
   * @param ranks recordings of the ranks, at least one
   * @param warnings receives a warning about each problem of the estimate
   * @param progress receives a progress report after each step
   */
  public static Learned learn(List<RankRecording> ranks, Warnings warnings, Progress progress) {
    return new SensorSearch(ranks, warnings, progress).learn();
  }

  /**
   * Returns a rank that was not in the sample, with its special activities marked and with the best
   * known times of its readings.
   *
   * @param learned result of the search on the ranks of the sample
   * @param warnings receives a warning if the lag of the rank differs from the lag of the sensor
   */
  public static MarkedRank prepared(RankRecording rank, Learned learned, Warnings warnings) {
    Set<Instruction> special = SpecialPowers.ofAll(learned.sample);
    Sensor sensor = learned.sensor;
    return RankClocks.corrected(MarkedRank.of(rank, special).with(sensor::apply), sensor, warnings);
  }

  /** Chooses the power model of a rank. */
  public static PowerModel model(MarkedRank rank, Sensor sensor) {
    RankSample sample = RankSample.of(rank, RankSample.READINGS_FOR_ESTIMATE);
    return ModelChoice.of(sample, sensor);
  }

  private Learned learn() {
    List<RankSample> scanned = RankSample.toScan(ranks);
    boolean counter = scanned.stream().anyMatch(sample -> sample.has(Channel.COUNTER));
    boolean samples = scanned.stream().anyMatch(sample -> sample.has(Channel.SAMPLES));
    steps = 0;
    allSteps = (counter ? 3 : 0) + (samples ? SampleStamps.values().length + 1 : 0) + 1;
    if (!counter && !samples) {
      warnings.doubtful(
          "No window has enough readings to find the sensor's lag, so it is taken as 0 ms."
              + " Record more iterations of each frequency (--num_prof_steps).");
      Kernel ofSamples =
          recorded.stream().anyMatch(RankRecording::hasSamples) ? Kernel.PLAIN : null;
      Sensor plain = new Sensor(Kernel.PLAIN, ofSamples, false, SampleStamps.RIGHT, 0);
      return new Learned(plain, 0, List.of(), Map.of(), ranks, 0);
    }
    Sensor sensor =
        new Sensor(Kernel.PLAIN, samples ? Kernel.PLAIN : null, false, SampleStamps.RIGHT, 0);
    KernelChoice counterKernel = null;
    KernelChoice samplesKernel = null;
    if (counter) {
      TimesChoice<Boolean> times = new TimesChoice<>(ranks, Channel.COUNTER);
      times.compare(false, ranks, searched(Channel.COUNTER, sensor, ranks));
      step();
      List<MarkedRank> regular = with(RegularTicks::of);
      times.compare(true, regular, searched(Channel.COUNTER, sensor, regular));
      step();
      ranks = times.best().ranks();
      sensor = sensor.withRegular(times.best().choice());
      // Updates of a regular counter contain power differently, so the search is repeated.
      KernelSearch search = searched(Channel.COUNTER, sensor, ranks);
      KernelSearch.Candidate plain = times.best().plain();
      counterKernel = kernel(search, plain, search.others(plain));
      sensor = sensor.withCounter(counterKernel.best().kernel());
    }
    if (samples) {
      TimesChoice<SampleStamps> times = new TimesChoice<>(ranks, Channel.SAMPLES);
      for (SampleStamps stamps : SampleStamps.values()) {
        List<MarkedRank> changed = with(stamps::apply);
        times.compare(stamps, changed, searched(Channel.SAMPLES, sensor, changed));
        step();
      }
      ranks = times.best().ranks();
      sensor = sensor.withStamps(times.best().choice());
      TimesChoice.Found<SampleStamps> found = times.best();
      samplesKernel = kernel(found.search(), found.plain(), found.others());
      sensor = sensor.withSamples(samplesKernel.best().kernel());
      if (!counter) {
        // The counter has too few updates to tell its kernel. It is the sum of the samples.
        sensor =
            sensor.withCounter(
                known.map(KnownSensor::counter).orElse(samplesKernel.best().kernel()));
      }
    }
    if (special == null) {
      // A special instance that shares the power of typical instances can lead to a wrong kernel.
      special = SpecialPowers.find(recorded, sensor);
      List<MarkedRank> marked = SpecialPowers.mark(recorded, special);
      if (!SpecialPowers.haveSameUnusual(marked, ranks)) {
        ranks = marked;
        return learn();
      }
    }
    doubt =
        counter
            ? LagSearch.warnAtEndOfRange(sensor.lagSeconds(), "counter seems", warnings)
            : LagSearch.warnAtEndOfRange(
                sensor.samples().lagSeconds(), "power samples seem", warnings);
    Sensor sensorFound = sensor;
    ranks =
        ranks.parallelStream()
            .map(rank -> RankClocks.corrected(rank, sensorFound, warnings))
            .toList();
    return refined(sensor, counterKernel, samplesKernel);
  }

  private List<MarkedRank> with(UnaryOperator<RankRecording> change) {
    return ranks.parallelStream().map(rank -> rank.with(change)).toList();
  }

  private KernelSearch searched(Channel channel, Sensor sensor, List<MarkedRank> from) {
    List<RankSample> scanned = RankSample.toScan(from);
    return new KernelSearch(
        scanned, scanned.stream().map(RankSample::detailedModel).toList(), channel, sensor, known);
  }

  /**
   * Finds the best kernel of one sort of readings.
   *
   * @param plain best plain kernel
   * @param others best kernel of each other family of kernels ({@link KernelSearch}), the best one
   *     first
   */
  private KernelChoice kernel(
      KernelSearch search, KernelSearch.Candidate plain, List<KernelSearch.Candidate> others) {
    boolean isPossible =
        !others.isEmpty() && others.get(0).misfit() < plain.misfit() + HOPELESS_MISFIT;
    KernelSearch.Candidate other =
        isPossible ? search.refine(others.get(0), LagSearch.STEP_SECONDS) : null;
    step();
    return KernelChoice.of(plain, other);
  }

  private void step() {
    progress.step(special == null ? PROGRESS : PROGRESS + " again", ++steps, allSteps);
  }

  /**
   * Refines the kernels and estimates the share of reversed errors, with the power model that fits
   * the data of each rank.
   */
  private Learned refined(Sensor start, KernelChoice counter, KernelChoice samplesKernel) {
    List<RankSample> samples = RankSample.ofEach(ranks, RankSample.READINGS_FOR_ESTIMATE);
    List<PowerModel> models =
        samples.parallelStream().map(sample -> ModelChoice.of(sample, start)).toList();
    Sensor sensor = start;
    double lagStderr = KnownSensor.LAG_DEVIATION_SECONDS;
    if (samplesKernel != null) {
      sensor = sensor.withSamples(refined(Channel.SAMPLES, samplesKernel, samples, models, sensor));
    }
    if (counter != null) {
      sensor = sensor.withReversedErrorShare(ReversedErrors.share(samples, models, sensor));
      sensor = sensor.withCounter(refined(Channel.COUNTER, counter, samples, models, sensor));
      lagStderr =
          new KernelSearch(samples, models, Channel.COUNTER, sensor, known)
              .lagStderr(sensor.counter());
    }
    step();
    Channel channel = counter != null ? Channel.COUNTER : Channel.SAMPLES;
    Map<Integer, Double> lagOfRank = new HashMap<>();
    for (int r = 0; r < samples.size(); r++) {
      Sensor best = sensor;
      RankSample sample = samples.get(r);
      PowerModel model = models.get(r);
      lagOfRank.put(
          sample.rank(),
          LagSearch.refine(
              channel.kernel(best).lagSeconds(),
              RANK_REACH_SECONDS,
              lag ->
                  sample.misfit(
                      channel, channel.with(best, channel.kernel(best).withLag(lag)), model)));
    }
    Sensor found = sensor;
    return new Learned(
        found,
        lagStderr,
        deviants.stream().map(deviant -> deviant.from(found)).toList(),
        lagOfRank,
        ranks,
        doubt);
  }

  /**
   * Refines the kernel of one sort of readings, and chooses again between the plain kernel and the
   * best other one. Keeps the deviations of the kernel.
   */
  private Kernel refined(
      Channel channel,
      KernelChoice start,
      List<RankSample> samples,
      List<PowerModel> models,
      Sensor sensor) {
    KernelSearch search = new KernelSearch(samples, models, channel, sensor, known);
    KernelSearch.Candidate plain = search.refine(search.plainLike(start.best()), REACH_SECONDS);
    KernelSearch.Candidate other =
        start.other() == null ? null : search.refine(start.other(), REACH_SECONDS);
    KernelChoice found = KernelChoice.of(plain, other);
    deviants.addAll(Deviant.of(search, found.best(), found.best() == other ? null : other));
    return found.best().kernel();
  }
}
