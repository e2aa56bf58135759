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
import perseus.attribution.fit.PowerModel;
import perseus.attribution.fit.SharedPowers;
import perseus.attribution.fit.WindowFit;
import perseus.attribution.heat.HeatCorrection;
import perseus.attribution.heat.WindowHeat;
import perseus.attribution.result.Attributed;
import perseus.attribution.result.Heat;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.MeanBlockingPower;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.attribution.search.SensorSearch;
import perseus.attribution.sensor.PowerLimit;
import perseus.attribution.sensor.Sensor;
import perseus.io.Progress;
import perseus.io.UserError;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;
import perseus.recording.RankComparison;
import perseus.recording.Recording;
import perseus.recording.log.RankPlace;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Warnings;
import perseus.recording.log.Window;

/**
 * Implements {@link Attribution} by a least-squares fit of powers to the updates of the energy
 * counter. Computes the energy of each kind of instruction and the blocking power, which is the
 * power of a GPU while it waits.
 *
 * <p>Problem: an update of the energy counter often covers several instructions and the waiting
 * time between them. The following formula applies to one rank at one frequency. Each instruction
 * is divided into parts of equal length. An index c stands for blocking (waiting), or for one part
 * of a kind of instruction. Let p_c be the unknown power of the GPU in watts during c, where c is
 * blocking or one part of a kind of instruction. In update i, the energy counter rises by y_i
 * joules. The lag of the sensor is the time from the use of energy to the reading that contains
 * this energy. The start and end of each counter update are moved back by the lag. Let x_ic be the
 * time in seconds that c (blocking, or one part of a kind of instruction) took between the moved
 * start and end of update i. Then
 *
 * <pre>
 *   y_i = sum_c p_c x_ic + noise,     p_c &gt;= 0.
 * </pre>
 *
 * <p>The task is to find the powers p_c for which the sum of squared residuals is smallest. The
 * energy of a kind of instruction is the product of its mean duration and the mean power of its
 * parts.
 *
 * <p>Method: {@link SensorSearch} estimates the sensor, which describes how the energy counters
 * measure power. The sensor is estimated once for all GPUs, from a sample of ranks and counter
 * updates. For each rank, {@link SensorSearch#model} chooses the number of parts of each kind of
 * instruction by cross-validation. {@link WindowFit} solves one linear least-squares problem for
 * each rank at each frequency. Ranks are processed in parallel.
 *
 * <p>Complexity: computing the times of all instruction parts in all counter updates takes O(U + N)
 * time for U updates and N instructions. Adding U updates to the normal equations of C powers takes
 * O(U C^2) time. Solving the normal equations of C powers takes O(C^3) time. The search for the lag
 * evaluates a limited number of lags on a sample of limited size.
 *
 * <p>Limits: the method assumes that all instances of one kind of instruction have the same power
 * at one frequency, and that all GPUs have the same sensor. If two kinds of instruction alternate
 * with the same period as the counter's updates, every update contains both kinds in the same
 * ratio. If every update contains two kinds of instruction in the same ratio, only the sum of their
 * energies can be determined well. If only the sum of two energies can be determined well, the
 * standard errors of both are large, and {@link FitChecks} adds a warning.
 *
 * <p>Source: this project's own method, based on non-negative least squares (Lawson and Hanson,
 * Solving Least Squares Problems, 1974).
 */
public final class Deconvolution implements Attribution {
  /**
   * If the relative standard error of the fitted blocking power is larger than this, the fitted
   * value is not used.
   */
  private static final double MAX_TELLING_STDERR = 0.25;

  private static final Set<Instruction> COMPUTATIONS =
      Set.of(Instruction.FORWARD, Instruction.BACKWARD);

  /** Maximum number of ranks that are read to estimate the parameters of the sensor. */
  private static final int SAMPLE_RANKS = 8;

  private final List<Predictions> predictions;

  /** Creates the method without predictions of other phases. */
  public Deconvolution() {
    this(List.of());
  }

  /**
   * @param predictions objects that receive the fitted powers of each rank at its highest
   *     frequency, and predict the energy of another phase
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
    List<RankPlace> ranks = recording.ranks();
    SensorSearch.Learned learned =
        SensorSearch.learn(sample(recording, progress), recording.warnings(), progress);
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
                              recording.read(place), learned, recording.warnings());
                  comparison.add(rank.rank());
                  List<WindowHeat> heat = new ArrayList<>();
                  RankEnergy energy = attribute(rank, learned, heat, recording.warnings());
                  heats.put(place.rank(), heat);
                  progress.step("attributing ranks", done.incrementAndGet(), ranks.size());
                  return energy;
                })
            .toList();
    comparison.report(recording.warnings());
    predictions.forEach(prediction -> prediction.complete(measured));
    Heat heat = HeatCorrection.estimate(heats, measured);
    List<RankEnergy> energies =
        measured.stream()
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
   * Reads the logs of at most {@link #SAMPLE_RANKS} ranks. The ranks whose logs are read are spread
   * evenly over all ranks of the job.
   */
  static List<RankRecording> sample(Recording recording, Progress progress) {
    List<RankPlace> ranks = recording.ranks();
    int sampled = Math.min(SAMPLE_RANKS, ranks.size());
    AtomicLong done = new AtomicLong();
    return IntStream.range(0, sampled)
        .parallel()
        .mapToObj(
            i -> {
              RankRecording rank =
                  recording.read(ranks.get((int) ((long) i * ranks.size() / sampled)));
              progress.step("reading first ranks", done.incrementAndGet(), sampled);
              return rank;
            })
        .toList();
  }

  /**
   * Returns the mean blocking power of all ranks for which it is certain, in watts. If the standard
   * error of the fitted blocking power is too large, returns the published blocking power of the
   * GPU model. If no blocking power is published for the GPU model, returns the fitted blocking
   * power in spite of its large standard error. Returns NaN if the standard error is larger than a
   * quarter of the fitted blocking power, or if a computation has a lower mean power than the
   * fitted blocking power.
   */
  private static double blockingWatts(List<RankEnergy> ranks, String gpu, Warnings warnings) {
    MeanBlockingPower fitted = MeanBlockingPower.overCertainRanks(ranks);
    if (fitted.isCertain()) {
      return fitted.watts();
    }
    Optional<PublishedBlockingPower> published = PublishedBlockingPower.namedIn(gpu);
    warnings.doubtful(
        "Ranks were blocked for too short a time to measure the blocking power; "
            + (published.isPresent()
                ? published.get().watts() + " W is used, the published value for this GPU."
                : "record a run with more stages, or give --blocking-power."));
    if (published.isPresent()) {
      return published.get().watts();
    }
    boolean telling =
        fitted.relativeStderr() < MAX_TELLING_STDERR && fitted.watts() < leastComputeWatts(ranks);
    return telling ? fitted.watts() : Double.NaN;
  }

  /** Returns the least mean power of a forward or backward on any rank, in watts. */
  private static double leastComputeWatts(List<RankEnergy> ranks) {
    return ranks.stream()
        .flatMap(rank -> rank.windows().stream())
        .flatMap(window -> window.instructions().stream())
        .filter(
            energy ->
                COMPUTATIONS.contains(ChunkInstruction.of(energy.instruction()).instruction()))
        .mapToDouble(InstructionEnergy::watts)
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  /**
   * Attributes the energy of one rank.
   *
   * @param heats receives, for each window of the result, the influence of the temperature on the
   *     power
   */
  private RankEnergy attribute(
      MarkedRank marked, SensorSearch.Learned learned, List<WindowHeat> heats, Warnings warnings) {
    RankRecording rank = marked.rank();
    Sensor sensor = learned.sensor();
    double doubt = Math.hypot(marked.doubt(), learned.doubt());
    PowerModel model = SensorSearch.model(marked, sensor);
    FitChecks checks = new FitChecks(rank.rank(), sensor.finest());
    List<Window> windows = new ArrayList<>();
    List<WindowFit> alone = new ArrayList<>();
    for (Window window : rank.windows()) {
      WindowFit fit = new WindowFit(window, sensor, model, PowerLimit.watts(rank, window));
      if (fit.readings() == 0) {
        checks.addWindowWithoutUpdates(window);
      } else {
        windows.add(window);
        alone.add(fit);
      }
    }
    List<WindowFit> fits = SharedPowers.of(alone);
    List<WindowEnergy> energies = new ArrayList<>();
    for (int w = 0; w < fits.size(); w++) {
      Window window = windows.get(w);
      WindowFit fit = fits.get(w);
      WindowEnergy energy = fit.energy(learned.deviations());
      if (energies.isEmpty()) {
        predictions.forEach(prediction -> prediction.add(rank, window, fit, energy, learned));
      }
      boolean counterOnly = sensor.samples() == null;
      checks.check(energy, fit.powers(), fit.readings(), () -> counterOnly && InStep.is(window));
      WindowHeat heat = WindowHeat.of(window.frequencyMhz(), fit, rank.states());
      heats.add(heat);
      WindowEnergy doubted = doubt > 0 ? energy.times(1, doubt) : energy;
      energies.add(Double.isNaN(heat.drift()) ? doubted : checks.drifting(doubted, heat.drift()));
    }
    checks.report(warnings);
    if (energies.isEmpty()) {
      throw new UserError(
          "The energy counter of rank "
              + rank.rank()
              + " was not updated within any window; record more iterations of each frequency.");
    }
    return new RankEnergy(
        rank.place(),
        learned.lagOfRank().getOrDefault(rank.rank(), Double.NaN),
        model.parts(),
        energies,
        rank.handoffs());
  }
}
