package perseus.attribution;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import perseus.recording.InputException;
import perseus.recording.Instruction;
import perseus.recording.Progress;
import perseus.recording.RankRecording;
import perseus.recording.Recording;
import perseus.recording.RunManifest;
import perseus.recording.Warnings;
import perseus.recording.Window;

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
 * updates: the lag as the one that leaves the least over all of them, with every instruction cut
 * into as many parts as may be, for too few would move the lag; then, rank by rank, the number of
 * parts that predicts held-out updates best; then the lag again with those. After that every window
 * is a linear problem of its own. O(updates + instructions) per window and lag looked at.
 */
public final class Deconvolution implements Attribution {
  /** Ranks that the lag is learned from. */
  private static final int SAMPLE_RANKS = 8;

  @Override
  public String name() {
    return "deconvolution";
  }

  @Override
  public Attributed attribute(Recording recording, Progress progress) {
    List<RunManifest.Rank> ranks = recording.ranks();
    AtomicLong done = new AtomicLong();
    Map<Integer, RankRecording> read = new HashMap<>();
    int sampled = Math.min(SAMPLE_RANKS, ranks.size());
    List<RankRecording> sample =
        IntStream.range(0, sampled)
            .parallel()
            .mapToObj(i -> recording.read(ranks.get((int) ((long) i * ranks.size() / sampled))))
            .toList();
    sample.forEach(rank -> read.put(rank.rank(), rank));
    Lag lag = learnLag(sample, recording.warnings());
    List<RankEnergy> energies =
        ranks.parallelStream()
            .map(
                place -> {
                  RankRecording rank = read.get(place.rank());
                  RankEnergy energy =
                      attribute(
                          rank != null ? rank : recording.read(place), lag, recording.warnings());
                  progress.step("ranks", done.incrementAndGet(), ranks.size());
                  return energy;
                })
            .toList();
    return new Attributed(name(), lag.sensor.lagSeconds(), lag.stderr, energies);
  }

  /** What was learned of the sensor. */
  private record Lag(Sensor sensor, double stderr, Map<Integer, Double> ofRank) {}

  private static Lag learnLag(List<RankRecording> ranks, Warnings warnings) {
    List<RankSample> samples = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    for (RankRecording rank : ranks) {
      RankSample sample = new RankSample(rank);
      if (!sample.isEmpty()) {
        samples.add(sample);
        numbers.add(rank.rank());
      }
    }
    if (samples.isEmpty()) {
      warnings.doubtful(
          "Too few counter updates in every window to find the counter's lag; it is taken as 0."
              + " Record more iterations of each frequency (--num_prof_steps).");
      return new Lag(Sensor.ofLag(0), 0, Map.of());
    }
    List<Map<Instruction, Integer>> parts = samples.stream().map(RankSample::mostParts).toList();
    double rough = LagSearch.everywhere(misfit(samples, parts));
    List<Map<Instruction, Integer>> chosen =
        samples.parallelStream().map(s -> s.chooseParts(Sensor.ofLag(rough))).toList();
    DoubleUnaryOperator misfit = misfit(samples, chosen);
    double lag = LagSearch.near(rough, 0.01, misfit);
    Map<Integer, Double> ofRank = new HashMap<>();
    for (int r = 0; r < samples.size(); r++) {
      DoubleUnaryOperator own = misfit(samples.subList(r, r + 1), chosen.subList(r, r + 1));
      ofRank.put(numbers.get(r), LagSearch.near(lag, 0.02, own));
    }
    return new Lag(Sensor.ofLag(lag), LagSearch.stderr(lag, misfit), ofRank);
  }

  private static DoubleUnaryOperator misfit(
      List<RankSample> samples, List<Map<Instruction, Integer>> parts) {
    return lag -> {
      double[] each =
          IntStream.range(0, samples.size())
              .parallel()
              .mapToDouble(r -> samples.get(r).misfit(Sensor.ofLag(lag), parts.get(r)))
              .toArray();
      double sum = 0;
      for (double value : each) {
        sum += value;
      }
      return sum;
    };
  }

  private static RankEnergy attribute(RankRecording rank, Lag lag, Warnings warnings) {
    Map<Instruction, Integer> parts = new RankSample(rank).chooseParts(lag.sensor);
    ThinData thin = new ThinData(rank.rank());
    List<WindowEnergy> energies = new ArrayList<>();
    for (Window window : rank.windows()) {
      WindowFit fit = new WindowFit(window, lag.sensor, parts);
      if (fit.updates() == 0) {
        thin.noUpdates(window);
        continue;
      }
      WindowEnergy energy = fit.energy(lag.stderr);
      thin.check(energy, fit.powers());
      energies.add(energy);
    }
    thin.report(warnings);
    if (energies.isEmpty()) {
      throw new InputException(
          "The counter of rank "
              + rank.rank()
              + " did not change within any window; record more iterations of each frequency.");
    }
    return new RankEnergy(
        rank.place(), lag.ofRank.getOrDefault(rank.rank(), Double.NaN), parts, energies);
  }
}
