package perseus.attribution;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.check.ClockChecks;
import perseus.attribution.clock.HostClocks;
import perseus.attribution.fit.WindowFit;
import perseus.attribution.heat.HeatCorrection;
import perseus.attribution.heat.WindowHeat;
import perseus.attribution.result.Attributed;
import perseus.attribution.result.Heat;
import perseus.attribution.result.MeanBlockingPower;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.attribution.search.ExchangedPower;
import perseus.attribution.search.SensorSearch;
import perseus.attribution.sensor.Sensor;
import perseus.io.Progress;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.recording.RankComparison;
import perseus.recording.Recording;
import perseus.recording.log.RankPlace;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Warnings;
import perseus.recording.log.Window;

/**
 * Computes the energies of instructions by a least-squares fit of powers to the updates of the
 * energy counter. The least-squares fit also gives the blocking power, which is the power of a GPU
 * while it waits.
 *
 * <p>Problem: an update of the energy counter often covers several instructions and the waiting
 * time between them. The task is to find the powers with the smallest sum of squared residuals, for
 * each rank at each frequency.
 *
 * <pre>
 *   y_i = sum_c p_c x_ic + noise,     p_c &gt;= 0
 *     y_i   rise of the energy counter in update i (J)
 *     p_c   unknown powers (W), for waiting and for sections of instructions
 *     x_ic  time at power p_c (s) during update i, moved back by the sensor's lag
 * </pre>
 *
 * <p>The energy of an instruction is the product of its mean duration and the mean power of its
 * time sections.
 *
 * <p>Method: {@link SensorSearch} estimates the lag and smoothing of the energy counters. The lag
 * and smoothing of the energy counters are estimated once for all GPUs, from a sample of ranks and
 * counter updates. For each rank, {@link SensorSearch#model} chooses the number of time sections of
 * each instruction by cross-validation. The class {@link WindowFit} solves one linear least-squares
 * problem for each rank at each frequency. Ranks are processed in parallel.
 *
 * <p>Complexity: O(U C^2 + N + C^3) time for U counter updates, N instructions and C powers of one
 * rank at one frequency.
 *
 * <p>Limits: all instances of an instruction at one frequency are assumed to have the same power,
 * and all GPUs the same sensor. If two instructions alternate with the period of the counter
 * updates, only the sum of their energies can be determined. If the energies of two instructions
 * cannot be separated, their standard errors are large, and {@link FitChecks} adds a warning.
 *
 * <p>Source: this project's own method, based on non-negative least squares (Lawson and Hanson,
 * Solving Least Squares Problems, 1974).
 */
public final class Deconvolution implements Attribution {
  /**
   * Relative standard error of energies if the instructions explain less than half of the variance
   * of the readings.
   */
  private static final double UNEXPLAINED_ERROR = 0.5;

  /** Maximum number of ranks that are read to estimate lag and smoothing of the sensors. */
  private static final int SAMPLE_RANKS = 8;

  private final List<Predictions> predictions;

  /** Creates the method without predictions for other phases of a job. */
  public Deconvolution() {
    this(List.of());
  }

  /**
   * @param predictions receive the fitted powers of each rank at its highest frequency, to predict
   *     the energy of another phase
   */
  public Deconvolution(List<Predictions> predictions) {
    this.predictions = List.copyOf(predictions);
  }

  @Override
  public String name() {
    return "deconvolution";
  }

  @Override
  public Attributed attribute(Recording recording, Progress progress) {
    List<RankRecording> read = sample(recording, progress);
    Warnings ofSensor = new Warnings();
    SensorSearch.Learned first = SensorSearch.learn(read, ofSensor, progress);
    Set<Instruction> work = UnrecordedSearch.find(first, recording.warnings());
    if (work.isEmpty()) {
      ofSensor.list().forEach(recording.warnings()::add);
      return attribute(recording, read, work, first, progress);
    }
    // The first search counted unrecorded work as waiting, so its lag and smoothing may be wrong.
    List<RankRecording> sample =
        read.stream().map(rank -> UnrecordedSearch.inserted(rank, work)).toList();
    SensorSearch.Learned learned = SensorSearch.learn(sample, recording.warnings(), progress);
    return attribute(recording, sample, work, learned, progress);
  }

  private Attributed attribute(
      Recording recording,
      List<RankRecording> sample,
      Set<Instruction> work,
      SensorSearch.Learned learned,
      Progress progress) {
    List<RankPlace> ranks = recording.ranks();
    Sensor sensor = learned.sensor().withTickErrors(sample);
    ExchangedPower.refuse(sample, sensor);
    Optional<DoubtfulEdges> edges = DoubtfulEdges.find(learned, recording.warnings());
    Map<Integer, MarkedRank> alreadyRead = new HashMap<>();
    learned.sample().forEach(marked -> alreadyRead.put(marked.rank().rank(), marked));
    AtomicLong done = new AtomicLong();
    RankComparison comparison = new RankComparison();
    Map<Integer, List<WindowHeat>> heats = new ConcurrentHashMap<>();
    List<RankEnergy> measured =
        ranks.parallelStream()
            .map(
                place -> {
                  MarkedRank sampled = alreadyRead.get(place.rank());
                  MarkedRank rank =
                      sampled != null
                          ? sampled
                          : SensorSearch.prepared(
                              UnrecordedSearch.inserted(recording.read(place), work),
                              learned,
                              recording.warnings());
                  comparison.add(rank.rank());
                  List<WindowHeat> heat = new ArrayList<>();
                  RankEnergy fitted = attribute(rank, sensor, learned, heat, recording.warnings());
                  RankEnergy energy =
                      edges.isEmpty()
                          ? fitted
                          : fitted.withWindows(edges.get().widened(rank, fitted.windows()));
                  heats.put(place.rank(), heat);
                  progress.step("attributing ranks", done.incrementAndGet(), ranks.size());
                  return energy;
                })
            .toList();
    comparison.report(recording.warnings());
    predictions.forEach(prediction -> prediction.complete(measured));
    List<RankEnergy> possible = ImplausiblePowers.doubted(measured, recording.warnings());
    List<RankEnergy> plausible =
        WaitingPowers.doubted(
            possible, RaisedWaiting.doubted(possible, recording.warnings()), recording.warnings());
    Heat heat = HeatCorrection.estimate(heats, measured);
    List<RankEnergy> energies =
        plausible.stream()
            .map(rank -> HeatCorrection.corrected(rank, heats.get(rank.place().rank()), heat))
            .toList();
    return new Attributed(
        name(),
        learned.sensor(),
        learned.lagStderrSeconds(),
        blockingWatts(energies, learned.sample().get(0).rank().gpu(), recording.warnings()),
        ClockChecks.check(energies, recording),
        heat);
  }

  /**
   * Reads the logs of at most {@link #SAMPLE_RANKS} ranks, which are spread evenly over the job.
   */
  static List<RankRecording> sample(Recording recording, Progress progress) {
    List<RankPlace> ranks = recording.ranks();
    int sampled = Math.min(SAMPLE_RANKS, ranks.size());
    AtomicLong done = new AtomicLong();
    List<RankRecording> read =
        IntStream.range(0, sampled)
            .parallel()
            .mapToObj(
                i -> {
                  RankRecording rank =
                      recording.read(ranks.get((int) ((long) i * ranks.size() / sampled)));
                  progress.step("reading first ranks", done.incrementAndGet(), sampled);
                  return rank;
                })
            .toList();
    return HostClocks.corrected(read, recording.warnings());
  }

  /**
   * Returns the mean blocking power in watts of the ranks whose blocking power is precise. If the
   * fitted blocking power is too uncertain, returns the published blocking power of the GPU model.
   * If the fitted blocking power is too uncertain and the GPU model has no published blocking
   * power, returns NaN.
   */
  private static double blockingWatts(List<RankEnergy> ranks, String gpu, Warnings warnings) {
    MeanBlockingPower fitted = MeanBlockingPower.overCertainRanks(ranks);
    if (fitted.isCertain()) {
      return fitted.watts();
    }
    Optional<PublishedBlockingPower> published = PublishedBlockingPower.namedIn(gpu);
    warnings.doubtful(
        "The ranks waited too short a time to measure the power of a waiting GPU (blocking power); "
            + (published.isPresent()
                ? published.get().watts() + " W is used, the published value for this GPU."
                : "record a run with more stages, or give --blocking-power."));
    return published.map(PublishedBlockingPower::watts).orElse(Double.NaN);
  }

  /**
   * Returns the relative standard error that the rank with the most uncertain sensor adds to the
   * energies of other ranks.
   */
  private static double othersDoubt(SensorSearch.Learned learned) {
    return learned.sample().stream().mapToDouble(MarkedRank::othersDoubt).max().orElse(0);
  }

  /**
   * Attributes the energy of one rank.
   *
   * @param sensor estimated sensor, with the standard error of the times of counter updates
   * @param heats receives the effect of the temperature at each frequency
   */
  private RankEnergy attribute(
      MarkedRank marked,
      Sensor sensorOfJob,
      SensorSearch.Learned learned,
      List<WindowHeat> heats,
      Warnings warnings) {
    RankFits fits = RankFits.of(marked, sensorOfJob, learned.deviations(), warnings);
    RankRecording rank = fits.rank().rank();
    Sensor sensor = fits.sensor();
    double doubt = Math.hypot(Math.hypot(marked.doubt(), learned.doubt()), othersDoubt(learned));
    FitChecks checks = new FitChecks(rank.rank(), sensor.finest());
    fits.withoutReadings().forEach(checks::addWindowWithoutUpdates);
    List<WindowEnergy> energies = new ArrayList<>();
    for (WindowFit fit : fits.fits()) {
      Window window = fit.window();
      WindowEnergy energy = ErrorAtLimit.added(rank, fit, fit.energy(learned.deviations()));
      if (energies.isEmpty()) {
        predictions.forEach(prediction -> prediction.add(rank, window, fit, energy, learned));
      }
      boolean counterOnly = sensor.samples() == null;
      checks.check(energy, fit.powers(), fit.readings(), () -> counterOnly && InStep.is(window));
      WindowHeat heat = WindowHeat.of(window.frequencyMhz(), fit, rank.states());
      heats.add(heat);
      double unexplained = FitChecks.isUnexplained(energy) ? UNEXPLAINED_ERROR : 0;
      double ofTimes = CoarseTimesError.of(rank, window, ErrorAtLimit.isSparse(fit));
      double ofFit = Math.hypot(unexplained, ofTimes);
      double all = Math.hypot(Math.hypot(doubt, ofFit), FitChecks.excessiveImbalance(energy));
      WindowEnergy doubted = all > 0 ? energy.doubted(all) : energy;
      energies.add(Double.isNaN(heat.drift()) ? doubted : checks.drifting(doubted, heat.drift()));
    }
    checks.report(warnings);
    if (energies.isEmpty()) {
      throw new UserError(
          "The energy counter of rank "
              + rank.rank()
              + " was not updated during the iterations of any frequency; record more iterations of each frequency (--num_prof_steps).");
    }
    return new RankEnergy(
        rank.place(),
        learned.lagOfRank().getOrDefault(rank.rank(), Double.NaN),
        fits.model().parts(),
        fits.contradiction().map(found -> found.widened(energies)).orElse(energies),
        rank.handoffs());
  }
}
