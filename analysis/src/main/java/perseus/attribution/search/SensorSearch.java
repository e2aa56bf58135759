package perseus.attribution.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import perseus.attribution.activity.Activities;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.clock.HostClocks;
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
 * Estimates the lag and smoothing of the power sensors of a job's GPUs from the recordings of some
 * ranks.
 *
 * <p>Problem: find the {@link Sensor} that maximizes the likelihood of the recorded readings. The
 * sensor is the same for all ranks and frequencies, but the powers differ between ranks and between
 * frequencies.
 *
 * <p>Method: {@link KernelSearch} estimates lag and smoothing separately for the energy counter and
 * the power samples. The class {@link TimesChoice} decides whether to correct the times of readings
 * ({@link RegularTicks}, {@link SampleStamps}). If {@link SpecialPowers} finds instances of
 * instructions with another power, the search for lag and smoothing is repeated. The class {@link
 * RankClocks} corrects ranks whose lag drifts or differs from the other ranks. A final step with
 * all given ranks chooses the power model of each rank, and refines lag and smoothing.
 *
 * <p>Complexity: about 500 evaluations of the log likelihood for the energy counter, and as many
 * for the power samples. One evaluation of the log likelihood takes O(readings + instructions)
 * time, for at most about 4,000 readings of each rank.
 *
 * <p>Limits: all GPUs are assumed to have the same sensor; {@link OtherKernels} warns of a rank
 * with another sensor.
 *
 * <p>Source: this project's own method, based on maximum likelihood.
 */
public final class SensorSearch {
  private static final double REACH_SECONDS = 0.01;

  /** Standard error of the counter's lag in seconds if the recording does not determine it. */
  private static final double LAG_DEVIATION_SECONDS = 2.5e-3;

  private static final String PROGRESS = "finding the sensor's lag";

  /**
   * Holds the estimated sensor and the recordings from which it was estimated.
   *
   * @param sensor estimated lag and smoothing
   * @param lagStderrSeconds standard error of the energy counter's lag, in seconds
   * @param deviations sensors that each differ from {@code sensor} by about one standard error of a
   *     parameter
   * @param lagOfRank lag in seconds by global rank, each estimated from the readings of this rank
   *     alone
   * @param driftOfRank drift of the clocks of each drifting rank, in seconds per second
   * @param sample recordings with corrected times, from which the sensor was estimated
   * @param doubt relative standard error that an uncertain lag adds to all energies
   */
  public record Learned(
      Sensor sensor,
      double lagStderrSeconds,
      List<Deviation> deviations,
      Map<Integer, Double> lagOfRank,
      Map<Integer, Double> driftOfRank,
      List<MarkedRank> sample,
      double doubt) {}

  private final Warnings warnings;
  private final Progress progress;
  private final List<Deviant> deviants = new ArrayList<>();
  private final Optional<KnownSensor> known;
  private final List<RankRecording> recorded;
  private final List<Activities> activities;
  private List<MarkedRank> ranks;
  private List<Set<Instruction>> special;
  private DriftingRanks drifting = DriftingRanks.NONE;

  private double doubt;
  private int steps;
  private int allSteps;

  private SensorSearch(List<RankRecording> ranksOfJob, Warnings warnings, Progress progress) {
    recorded = SampleClocks.corrected(ranksOfJob, warnings);
    this.warnings = warnings;
    this.progress = progress;
    activities = recorded.parallelStream().map(Activities::new).toList();
    ranks = activities.parallelStream().map(found -> found.mark(Set.of())).toList();
    known = KnownSensor.of(recorded.get(0));
  }

  /**
   * Estimates lag and smoothing of the sensors from the recordings of some ranks. If each frequency
   * has too few sensor readings, returns a sensor without lag and adds a warning.
   *
   * @param ranks recordings of one or more ranks
   * @param warnings receives a warning about each problem of the estimation
   * @param progress receives a progress report after each step
   */
  public static Learned learn(List<RankRecording> ranks, Warnings warnings, Progress progress) {
    return new SensorSearch(ranks, warnings, progress).learn();
  }

  /**
   * Prepares the recording of a rank that was not used to estimate the sensor.
   *
   * <p>Names the activities that may have a separate power, and corrects the times of the readings.
   *
   * @param learned result of {@link #learn}
   * @param warnings receives a warning if the lag of the rank differs from the usual lag
   */
  public static MarkedRank prepared(RankRecording rank, Learned learned, Warnings warnings) {
    Set<Instruction> special = SpecialPowers.ofAll(learned.sample);
    List<RankRecording> others = learned.sample.stream().map(MarkedRank::rank).toList();
    RankRecording sameHost = HostClocks.corrected(rank, others, warnings);
    MarkedRank marked = MarkedRank.of(SampleClocks.corrected(sameHost, warnings), special);
    return DriftingRanks.corrected(marked, learned, warnings);
  }

  /**
   * Chooses the power model of a rank: activities with separate powers, and time sections of each
   * instruction.
   */
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
          "No frequency has enough readings to find the sensor's lag, so it is taken as 0 ms."
              + " Record more iterations of each frequency (--num_prof_steps).");
      Kernel ofSamples =
          recorded.stream().anyMatch(RankRecording::hasSamples) ? Kernel.PLAIN : null;
      Sensor plain = new Sensor(Kernel.PLAIN, ofSamples, false, SampleStamps.RIGHT, 0);
      return new Learned(plain, 0, List.of(), Map.of(), Map.of(), ranks, 0);
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
      times.compare(true, regular, searched(Channel.COUNTER, sensor.withRegular(true), regular));
      step();
      ranks = times.best().ranks();
      sensor = sensor.withRegular(times.best().choice());
      // After a correction of the update times, lag and smoothing must be estimated again.
      KernelSearch search = searched(Channel.COUNTER, sensor, ranks);
      KernelChoice.Candidate plain = times.best().plain();
      counterKernel = KernelChoice.of(search, plain, search.others(plain));
      step();
      sensor = sensor.withCounter(counterKernel.best().kernel());
    }
    if (samples) {
      TimesChoice<SampleStamps> times = new TimesChoice<>(ranks, Channel.SAMPLES);
      for (SampleStamps stamps : possibleStamps(sensor)) {
        List<MarkedRank> changed = with(stamps::apply);
        times.compare(stamps, changed, searched(Channel.SAMPLES, sensor, changed));
        step();
      }
      ranks = times.best().ranks();
      sensor = sensor.withStamps(times.best().choice());
      TimesChoice.Found<SampleStamps> found = times.best();
      samplesKernel = KernelChoice.of(found.search(), found.plain(), found.others());
      step();
      sensor = sensor.withSamples(samplesKernel.best().kernel());
      if (!counter) {
        // A counter with too few updates gets the smoothing of the power samples, unless
        // its GPU model is known.
        sensor =
            sensor.withCounter(
                known
                    .map(sensorOfGpu -> sensorOfGpu.counter().kernel())
                    .orElse(samplesKernel.best().kernel()));
      }
    }
    if (special == null) {
      // Without separate powers for instances with an unusual power, the estimated smoothing can be
      // wrong.
      special = SpecialPowers.find(activities, sensor);
      List<MarkedRank> marked = SpecialPowers.mark(activities, special);
      if (!SpecialPowers.haveSameUnusual(marked, ranks)) {
        ranks = marked;
        return learn();
      }
    }
    Warnings ofClocks = new Warnings();
    List<RankClocks.Corrected> corrected = drifting.corrected(ranks, sensor, ofClocks);
    DriftingRanks found = drifting.after(corrected, sensor, known.isPresent());
    if (found != drifting) {
      drifting = found;
      ranks = drifting.without(SpecialPowers.mark(activities, special));
      return learn();
    }
    drifting.note(corrected, warnings);
    ofClocks.list().forEach(warnings::add);
    doubt =
        counter
            ? LagSearch.warnAtEndOfRange(sensor.lagSeconds(), "counter seems", warnings)
            : LagSearch.warnAtEndOfRange(
                sensor.samples().lagSeconds(), "power samples seem", warnings);
    ranks = corrected.stream().map(RankClocks.Corrected::rank).toList();
    return refined(sensor, counterKernel, samplesKernel);
  }

  private List<MarkedRank> with(UnaryOperator<RankRecording> change) {
    return ranks.parallelStream().map(rank -> rank.with(change)).toList();
  }

  /**
   * Returns the errors that the times of power samples may have. Known sensors have only the error
   * {@link SampleStamps#UNRELIABLE}.
   */
  private List<SampleStamps> possibleStamps(Sensor sensor) {
    if (recorded.stream().anyMatch(SampleStamps::areHidden)) {
      return List.of(SampleStamps.RIGHT);
    }
    boolean isKnown =
        known.isPresent()
            && TimesChoice.hasEnough(
                searched(Channel.SAMPLES, sensor, with(SampleStamps.UNRELIABLE::apply)));
    return isKnown ? List.of(SampleStamps.UNRELIABLE) : List.of(SampleStamps.values());
  }

  private KernelSearch searched(Channel channel, Sensor sensor, List<MarkedRank> from) {
    KernelRanks chosen = KernelRanks.of(from, channel, known, drifting.ranks());
    List<RankSample> scanned = RankSample.toScan(chosen.in(from));
    List<PowerModel> models = scanned.stream().map(RankSample::detailedModel).toList();
    return chosen.search(scanned, models, sensor);
  }

  private void step() {
    progress.step(special == null ? PROGRESS : PROGRESS + " again", ++steps, allSteps);
  }

  private Learned refined(Sensor start, KernelChoice counter, KernelChoice samplesKernel) {
    List<RankSample> samples = RankSample.ofEach(ranks, RankSample.READINGS_FOR_ESTIMATE);
    List<PowerModel> models =
        samples.parallelStream().map(sample -> ModelChoice.of(sample, start)).toList();
    Sensor sensor = start;
    double lagStderr = LAG_DEVIATION_SECONDS;
    if (samplesKernel != null) {
      sensor = sensor.withSamples(refined(Channel.SAMPLES, samplesKernel, samples, models, sensor));
    }
    if (counter != null) {
      sensor = sensor.withReversedErrorShare(ReversedErrors.share(samples, models, sensor));
      sensor = sensor.withCounter(refined(Channel.COUNTER, counter, samples, models, sensor));
      lagStderr =
          KernelRanks.of(ranks, Channel.COUNTER, known, drifting.ranks())
              .search(samples, models, sensor)
              .lagStderr(sensor.counter());
    }
    step();
    Channel channel = counter != null ? Channel.COUNTER : Channel.SAMPLES;
    Sensor found = sensor;
    return new Learned(
        found,
        lagStderr,
        deviants.stream().map(deviant -> deviant.from(found)).toList(),
        LagSearch.ofEach(channel, found, samples, models),
        drifting.slopes(),
        ranks,
        doubt);
  }

  private Kernel refined(
      Channel channel,
      KernelChoice start,
      List<RankSample> samples,
      List<PowerModel> models,
      Sensor sensor) {
    KernelSearch search =
        KernelRanks.of(ranks, channel, known, drifting.ranks()).search(samples, models, sensor);
    KernelChoice.Candidate plain = search.refine(start.best().plain(), REACH_SECONDS);
    KernelChoice.Candidate other =
        start.other() == null ? null : search.refine(start.other(), REACH_SECONDS);
    KernelChoice found = KernelChoice.of(plain, other);
    deviants.addAll(Deviant.of(search, found.best(), found.best() == other ? null : other));
    return found.best().kernel();
  }
}
