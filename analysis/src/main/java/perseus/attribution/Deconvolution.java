package perseus.attribution;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import perseus.attribution.fit.WindowFit;
import perseus.attribution.result.Attributed;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.attribution.search.RankSample;
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
 * Energy of each kind of instruction from the powers that explain the counter's updates best.
 *
 * <p>Within a window of one frequency the counter's rise over update i is, up to noise, {@code dE_i
 * = sum_c p_c overlap(i - lag, c)}, where c runs over blocking and the equal parts of each kind of
 * instruction, and overlap says how long c ran during the update, moved by the sensor's lag. The
 * powers p_c &gt;= 0 that leave the least squares are the window's; a kind's energy is the mean of
 * its parts' powers times its mean duration.
 *
 * <p>What belongs to the sensor is learned first, from a sample of ranks and of each frequency's
 * updates: see {@link SensorSearch}. The number of parts is learned for each rank, as the one that
 * predicts held-out updates best. After that every window is a linear problem of its own. O(updates
 * + instructions) per window and lag looked at.
 */
public final class Deconvolution implements Attribution {
  /** Ranks that the lag is learned from. */
  private static final int SAMPLE_RANKS = 8;

  /** A blocking power with a larger relative standard error is not believed. */
  private static final double UNSURE_BLOCKING = 0.25;

  @Override
  public String name() {
    return "deconvolution";
  }

  @Override
  public Attributed attribute(Recording recording, Progress progress) {
    List<RankPlace> ranks = recording.ranks();
    SensorSearch.Learned learned =
        SensorSearch.learn(sample(recording, progress), recording.warnings(), progress);
    Map<Integer, RankRecording> read = new HashMap<>();
    learned.sample().forEach(rank -> read.put(rank.rank(), rank));
    AtomicLong done = new AtomicLong();
    RankComparison comparison = new RankComparison();
    List<RankEnergy> energies =
        ranks.parallelStream()
            .map(
                place -> {
                  RankRecording known = read.get(place.rank());
                  RankRecording rank =
                      known != null ? known : learned.sensor().apply(recording.read(place));
                  comparison.add(rank);
                  RankEnergy energy = attribute(rank, learned, recording.warnings());
                  progress.step("attributing ranks", done.incrementAndGet(), ranks.size());
                  return energy;
                })
            .toList();
    comparison.report(recording.warnings());
    Throttling.report(energies, recording.warnings());
    return new Attributed(
        name(),
        learned.sensor(),
        learned.lagStderrSeconds(),
        blockingWatts(energies, learned.sample().get(0).gpu(), recording.warnings()),
        energies);
  }

  /** Reads some ranks, spread evenly over the job, to learn from. */
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

  /** Blocking power from the fit, or from the table where ranks hardly blocked. */
  private static double blockingWatts(List<RankEnergy> ranks, String gpu, Warnings warnings) {
    double variance = 0;
    double seconds = 0;
    double joules = 0;
    for (RankEnergy rank : ranks) {
      for (WindowEnergy window : rank.windows()) {
        double stderr = window.blockingStderrWatts() * window.blockingSeconds();
        variance += stderr * stderr;
        seconds += window.blockingSeconds();
        joules += window.blockingWatts() * window.blockingSeconds();
      }
    }
    double unsure = Math.sqrt(variance) / joules;
    if (seconds > 0 && unsure < UNSURE_BLOCKING) {
      return joules / seconds;
    }
    OptionalDouble known = PublishedBlockingPower.watts(gpu);
    warnings.doubtful(
        "Ranks blocked too little to tell the power while they do; "
            + (known.isPresent()
                ? known.getAsDouble() + " W is taken from the published table for this GPU."
                : "record a run with more stages, or give --blocking-power."));
    return known.orElse(seconds > 0 ? joules / seconds : Double.NaN);
  }

  private static RankEnergy attribute(
      RankRecording rank, SensorSearch.Learned learned, Warnings warnings) {
    Sensor sensor = learned.sensor();
    Map<Instruction, Integer> parts = new RankSample(rank, RankSample.ENOUGH).chooseParts(sensor);
    FitChecks thin = new FitChecks(rank.rank());
    List<WindowEnergy> energies = new ArrayList<>();
    for (Window window : rank.windows()) {
      WindowFit fit = new WindowFit(window, sensor, parts);
      if (fit.updates() == 0) {
        thin.noUpdates(window);
        continue;
      }
      WindowEnergy energy = fit.energy(learned.lagStderrSeconds());
      thin.check(energy, fit.powers());
      energies.add(energy);
    }
    thin.report(warnings);
    if (energies.isEmpty()) {
      throw new UserError(
          "The counter of rank "
              + rank.rank()
              + " did not change within any window; record more iterations of each frequency.");
    }
    return new RankEnergy(
        rank.place(),
        learned.lagOfRank().getOrDefault(rank.rank(), Double.NaN),
        parts,
        energies,
        rank.handoffs());
  }
}
