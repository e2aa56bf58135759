package perseus.attribution.search;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import perseus.attribution.sensor.RegularTicks;
import perseus.attribution.sensor.Sensor;
import perseus.io.Progress;
import perseus.pipeline.Instruction;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Warnings;

/**
 * Learns what belongs to the sensor, and so is the same for all ranks and frequencies, from some
 * ranks and some updates of each frequency: whether it keeps a rhythm, the share of an interval
 * that it averages, and the lag. Each is what leaves the least misfit, summed over ranks.
 */
public final class SensorSearch {
  /** Shares of an interval to try. */
  private static final double[] SHARES = {0.5, 0.25};

  /** The usual sensor stays unless another's likelihood is better by this much. */
  private static final double CONVINCING = 12;

  /** Ranks that are enough to tell the kind of sensor. */
  private static final int FEW = 4;

  /** Correlation of neighbouring errors nearer to zero than this is not worth a thought. */
  private static final double WEAK_CORRELATION = -0.1;

  private static final double MOST_TAKEN_BACK = 0.9;

  /** A lag this close to the ends of the range in seconds is not believed. */
  private static final double NEAR_THE_END = 5e-3;

  private static final String SEARCH = "finding the counter's lag";

  /**
   * What the sample says.
   *
   * @param lagStderrSeconds standard error of the sensor's lag
   * @param lagOfRank lag in seconds that each rank by itself asks for
   * @param sample the ranks that it was learned from, read as the sensor is: see {@link
   *     Sensor#apply}
   */
  public record Learned(
      Sensor sensor,
      double lagStderrSeconds,
      Map<Integer, Double> lagOfRank,
      List<RankRecording> sample) {}

  private record Candidate(Sensor sensor, double misfit) {}

  /**
   * Samples of all ranks that have enough to learn from, and smaller ones of a few to find the kind
   * of sensor and about its lag with.
   */
  private record Samples(List<RankSample> all, List<RankSample> few) {
    static Samples of(List<RankRecording> ranks) {
      List<RankSample> all = samples(ranks, RankSample.ENOUGH);
      List<RankSample> few =
          samples(ranks.subList(0, Math.min(FEW, ranks.size())), RankSample.ROUGH);
      return new Samples(all, few.isEmpty() ? all : few);
    }

    private static List<RankSample> samples(List<RankRecording> ranks, int enough) {
      return ranks.parallelStream()
          .map(rank -> new RankSample(rank, enough))
          .filter(sample -> !sample.isEmpty())
          .toList();
    }
  }

  private SensorSearch() {}

  public static Learned learn(List<RankRecording> ranks, Warnings warnings, Progress progress) {
    Samples raw = Samples.of(ranks);
    if (raw.all.isEmpty()) {
      warnings.doubtful(
          "Too few counter updates in every window to find the counter's lag; it is taken as 0."
              + " Record more iterations of each frequency (--num_prof_steps).");
      return new Learned(new Sensor(0, 1, false), 0, Map.of(), ranks);
    }
    List<RankRecording> steadyRanks = ranks.parallelStream().map(RegularTicks::of).toList();
    Samples regular = Samples.of(steadyRanks);
    long steps = SHARES.length + 3;
    long done = 0;
    Candidate best = candidate(raw.few, new Sensor(0, 1, false));
    progress.step(SEARCH, ++done, steps);
    Candidate steady = candidate(regular.few, new Sensor(0, 1, true));
    progress.step(SEARCH, ++done, steps);
    if (steady.misfit <= best.misfit) {
      best = steady;
    }
    boolean rhythm = best.sensor.regular();
    Samples samples = rhythm ? regular : raw;
    for (double share : SHARES) {
      Candidate partial = candidate(samples.few, new Sensor(0, share, rhythm));
      progress.step(SEARCH, ++done, steps);
      if (partial.misfit < best.misfit - CONVINCING) {
        best = partial;
      }
    }
    double lag = best.sensor.lagSeconds();
    if (Math.min(lag - RankSample.LEAST_LAG, RankSample.MOST_LAG - lag) < NEAR_THE_END) {
      warnings.doubtful(
          ("The counter seems to lag by %.0f ms, the end of what is looked at; were instructions"
                  + " and energy recorded with different clocks?")
              .formatted(1e3 * lag));
    }
    Learned learned = refine(samples.all, best.sensor, rhythm ? steadyRanks : ranks);
    progress.step(SEARCH, ++done, steps);
    return learned;
  }

  /** The sensor at its best lag, with instructions cut finely: too few parts would move the lag. */
  private static Candidate candidate(List<RankSample> samples, Sensor sensor) {
    DoubleUnaryOperator misfit = misfit(samples, mostParts(samples), sensor);
    double lag = LagSearch.near(LagSearch.everywhere(misfit), LagSearch.STEP, misfit);
    return new Candidate(sensor.withLag(lag), misfit.applyAsDouble(lag));
  }

  private static List<Map<Instruction, Integer>> mostParts(List<RankSample> samples) {
    return samples.stream().map(RankSample::mostParts).toList();
  }

  /** The lag again with as many parts as each rank's data asks for. */
  private static Learned refine(
      List<RankSample> samples, Sensor sensor, List<RankRecording> ranks) {
    List<Map<Instruction, Integer>> parts =
        samples.parallelStream().map(sample -> sample.chooseParts(sensor)).toList();
    double first = LagSearch.near(sensor.lagSeconds(), 0.01, misfit(samples, parts, sensor));
    Sensor refined = sensor.withLag(first);
    Sensor whole = refined.withTakeBack(takeBack(samples, parts, refined));
    DoubleUnaryOperator misfit = misfit(samples, parts, whole);
    double lag = whole.takeBack() == 0 ? first : LagSearch.near(first, 0.005, misfit);
    Map<Integer, Double> ofRank = new HashMap<>();
    for (int r = 0; r < samples.size(); r++) {
      DoubleUnaryOperator own = misfit(samples.subList(r, r + 1), parts.subList(r, r + 1), whole);
      ofRank.put(samples.get(r).rank(), LagSearch.near(lag, 0.02, own));
    }
    return new Learned(whole.withLag(lag), LagSearch.stderr(lag, misfit), ofRank, ranks);
  }

  /**
   * What an update takes back of the error of the one before: with errors e_i - t e_(i-1), two
   * neighbours correlate by -t / (1 + t^2).
   */
  private static double takeBack(
      List<RankSample> samples, List<Map<Instruction, Integer>> parts, Sensor sensor) {
    double[] sums = new double[2];
    for (int r = 0; r < samples.size(); r++) {
      samples.get(r).addErrorProducts(sensor, parts.get(r), sums);
    }
    double correlation = sums[0] / sums[1];
    if (!(correlation < WEAK_CORRELATION)) {
      return 0;
    }
    double most = -MOST_TAKEN_BACK / (1 + MOST_TAKEN_BACK * MOST_TAKEN_BACK);
    return correlation < most
        ? MOST_TAKEN_BACK
        : (Math.sqrt(1 - 4 * correlation * correlation) - 1) / (2 * correlation);
  }

  private static DoubleUnaryOperator misfit(
      List<RankSample> samples, List<Map<Instruction, Integer>> parts, Sensor sensor) {
    return lag -> {
      Sensor shifted = sensor.withLag(lag);
      double[] each =
          IntStream.range(0, samples.size())
              .parallel()
              .mapToDouble(r -> samples.get(r).misfit(shifted, parts.get(r)))
              .toArray();
      double sum = 0;
      for (double value : each) {
        sum += value;
      }
      return sum;
    };
  }
}
