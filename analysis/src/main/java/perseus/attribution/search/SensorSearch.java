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
 * Estimates how the energy counters of a job's GPUs measure power (the sensor), from recordings of
 * some ranks.
 *
 * <p>Problem: find the {@link Sensor} for which the recorded counter updates have the largest
 * likelihood. The parameters of the sensor are the lag, the averaged share, whether the update
 * period is regular, and the share of reversed errors. The averaged share is the fraction of an
 * update interval over which the counter averages the power. The share of reversed errors is the
 * fraction of an update's error that the next update contains with the opposite sign. The sensor is
 * the same for all ranks and frequencies, but the powers differ between ranks and between
 * frequencies. The misfit is -2 times the log likelihood of the counter updates, summed over ranks
 * ({@link RankSample#misfit}).
 *
 * <p>Method: the first step compares four candidate sensors on a few ranks. The first two candidate
 * sensors average the power over the whole update interval (averaged share 1). The first candidate
 * sensor uses the times at which the updates of the counter were noticed. The second candidate
 * sensor uses the update times that {@link RegularTicks} estimates. The third candidate sensor
 * averages the power over 1/2 of the update interval, and the fourth candidate sensor over 1/4 of
 * it. The third and fourth candidate sensors use the same update times as the better of the first
 * two candidates. {@link LagSearch} finds the best lag of each candidate sensor. All candidate
 * sensors are compared with the maximum number of parts per instruction, because too few parts
 * would lead to a wrong lag.
 *
 * <p>The second step of the search uses all given ranks. The second step first chooses the number
 * of parts per instruction and refines the lag. The second step then estimates the share of
 * reversed errors from the correlation between the residuals of neighbouring updates. At its end,
 * the second step refines the lag again.
 *
 * <p>Complexity: the search evaluates the misfit about 60 times for each of the four candidate
 * sensors and about 10 times for each refinement. One evaluation of the misfit takes O(updates +
 * instructions) time for the sampled updates. The first step of the search uses at most about 1,200
 * updates of each rank, and the second step at most about 4,000.
 *
 * <p>Limits: the method assumes that all ranks have the same lag. Only the averaged shares 1, 1/2
 * and 1/4 of the sensor are tried. A warning is added if the lag is close to an end of the range of
 * lags that {@link LagSearch} examines.
 *
 * <p>Source: this project's own method, based on maximum likelihood.
 */
public final class SensorSearch {
  /**
   * Averaged shares that are tried in addition to 1. The averaged share is the fraction of an
   * update interval over which the counter averages the power.
   */
  private static final double[] SHARES = {0.5, 0.25};

  /** Minimum decrease of the misfit that is required to choose a smaller averaged share. */
  private static final double MIN_MISFIT_DECREASE = 12;

  /** Number of ranks that are sufficient to choose between the candidate sensors. */
  private static final int RANKS_FOR_SCAN = 4;

  /**
   * Reversed errors make the correlation between the errors of neighbouring updates negative. A
   * correlation above {@code MAX_ERROR_CORRELATION} is treated as 0.
   */
  private static final double MAX_ERROR_CORRELATION = -0.1;

  private static final double MAX_REVERSED_ERROR_SHARE = 0.9;

  /**
   * Minimum difference in seconds between the estimated lag and each end of the range of lags that
   * {@link LagSearch} examines. A smaller difference between the lag and an end of the range causes
   * a warning.
   */
  private static final double END_OF_RANGE_SECONDS = 5e-3;

  /**
   * Maximum difference in seconds between the lag at which the first refinement starts and the lag
   * that it finds.
   */
  private static final double FIRST_REACH_SECONDS = 0.01;

  private static final double SECOND_REACH_SECONDS = 0.005;
  private static final double RANK_REACH_SECONDS = 0.02;

  private static final String PROGRESS = "finding the counter's lag";

  /**
   * Holds the result of a search: the estimated sensor and the recordings that were used.
   *
   * @param sensor estimated parameters of the energy counters
   * @param lagStderrSeconds standard error of the sensor's lag, in seconds
   * @param lagOfRank for each global rank, the lag in seconds that is estimated only from the
   *     updates of this rank
   * @param sample recordings of the ranks from which the sensor was estimated, as {@link
   *     Sensor#apply} returned them
   */
  public record Learned(
      Sensor sensor,
      double lagStderrSeconds,
      Map<Integer, Double> lagOfRank,
      List<RankRecording> sample) {}

  private record Candidate(Sensor sensor, double misfit) {}

  /**
   * Holds samples of the counter updates of the ranks.
   *
   * @param all samples of all ranks, for the final estimate
   * @param scanned smaller samples of a few ranks, for the comparison of candidate sensors
   */
  private record Samples(List<RankSample> all, List<RankSample> scanned) {
    static Samples of(List<RankRecording> ranks) {
      List<RankSample> all = samples(ranks, RankSample.UPDATES_FOR_ESTIMATE);
      List<RankSample> scanned =
          samples(
              ranks.subList(0, Math.min(RANKS_FOR_SCAN, ranks.size())),
              RankSample.UPDATES_FOR_SCAN);
      return new Samples(all, scanned.isEmpty() ? all : scanned);
    }

    private static List<RankSample> samples(List<RankRecording> ranks, int wantedUpdates) {
      return ranks.parallelStream()
          .map(rank -> new RankSample(rank, wantedUpdates))
          .filter(sample -> !sample.isEmpty())
          .toList();
    }
  }

  private SensorSearch() {}

  /**
   * Estimates the sensor from some ranks of a recording. If there are too few counter updates at
   * every frequency, returns a sensor without lag and adds a warning.
   *
   * @param ranks recordings of the ranks, at least one
   * @param warnings receives a warning about each problem of the estimate
   * @param progress receives a progress report after each candidate sensor
   */
  public static Learned learn(List<RankRecording> ranks, Warnings warnings, Progress progress) {
    Samples noticed = Samples.of(ranks);
    if (noticed.all.isEmpty()) {
      warnings.doubtful(
          "No window has enough counter updates to find the counter's lag, so it is taken as 0 ms."
              + " Record more iterations of each frequency (--num_prof_steps).");
      return new Learned(new Sensor(0, 1, false), 0, Map.of(), ranks);
    }
    List<RankRecording> regularRanks = ranks.parallelStream().map(RegularTicks::of).toList();
    Samples regular = Samples.of(regularRanks);
    long steps = SHARES.length + 3;
    long done = 0;
    Candidate best = candidate(noticed.scanned, new Sensor(0, 1, false));
    progress.step(PROGRESS, ++done, steps);
    Candidate regularCandidate = candidate(regular.scanned, new Sensor(0, 1, true));
    progress.step(PROGRESS, ++done, steps);
    if (regularCandidate.misfit <= best.misfit) {
      best = regularCandidate;
    }
    boolean isRegular = best.sensor.regular();
    Samples samples = isRegular ? regular : noticed;
    for (double share : SHARES) {
      Candidate partial = candidate(samples.scanned, new Sensor(0, share, isRegular));
      progress.step(PROGRESS, ++done, steps);
      if (partial.misfit < best.misfit - MIN_MISFIT_DECREASE) {
        best = partial;
      }
    }
    double lag = best.sensor.lagSeconds();
    if (Math.min(lag - LagSearch.MIN_SECONDS, LagSearch.MAX_SECONDS - lag) < END_OF_RANGE_SECONDS) {
      warnings.doubtful(
          ("The counter seems to lag by %.0f ms, which is at the end of the range from %.0f to %.0f ms;"
                  + " were instructions and energy recorded with different clocks?")
              .formatted(1e3 * lag, 1e3 * LagSearch.MIN_SECONDS, 1e3 * LagSearch.MAX_SECONDS));
    }
    Learned learned = refine(samples.all, best.sensor, isRegular ? regularRanks : ranks);
    progress.step(PROGRESS, ++done, steps);
    return learned;
  }

  /**
   * Finds the lag with the smallest misfit for {@code sensor}. Returns {@code sensor} with the best
   * lag, and the misfit for this lag. The misfit is computed with the maximum number of parts of
   * each kind of instruction.
   */
  private static Candidate candidate(List<RankSample> samples, Sensor sensor) {
    DoubleUnaryOperator misfit = misfit(samples, maximumParts(samples), sensor);
    double lag = LagSearch.refine(LagSearch.scan(misfit), LagSearch.STEP_SECONDS, misfit);
    return new Candidate(sensor.withLag(lag), misfit.applyAsDouble(lag));
  }

  private static List<Map<Instruction, Integer>> maximumParts(List<RankSample> samples) {
    return samples.stream().map(RankSample::maximumParts).toList();
  }

  /**
   * Refines the lag of the sensor and estimates the share of reversed errors. For each rank, uses
   * the number of parts of each kind of instruction that fits the data of this rank.
   */
  private static Learned refine(
      List<RankSample> samples, Sensor sensor, List<RankRecording> ranks) {
    List<Map<Instruction, Integer>> parts =
        samples.parallelStream().map(sample -> sample.chooseParts(sensor)).toList();
    double first =
        LagSearch.refine(sensor.lagSeconds(), FIRST_REACH_SECONDS, misfit(samples, parts, sensor));
    Sensor refined = sensor.withLag(first);
    Sensor whole = refined.withReversedErrorShare(reversedErrorShare(samples, parts, refined));
    DoubleUnaryOperator misfit = misfit(samples, parts, whole);
    double lag =
        whole.reversedErrorShare() == 0
            ? first
            : LagSearch.refine(first, SECOND_REACH_SECONDS, misfit);
    Map<Integer, Double> lagOfRank = new HashMap<>();
    for (int r = 0; r < samples.size(); r++) {
      DoubleUnaryOperator misfitOfRank =
          misfit(samples.subList(r, r + 1), parts.subList(r, r + 1), whole);
      lagOfRank.put(samples.get(r).rank(), LagSearch.refine(lag, RANK_REACH_SECONDS, misfitOfRank));
    }
    return new Learned(whole.withLag(lag), LagSearch.stderr(lag, misfit), lagOfRank, ranks);
  }

  /**
   * Estimates the share r of reversed errors: the fraction of an update's error that the next
   * update contains with the opposite sign. If update i has the error e_i - r e_(i-1) with
   * independent e_i, the errors of neighbouring updates have the correlation c = -r / (1 + r^2). So
   * the share of reversed errors is r = (sqrt(1 - 4 c^2) - 1) / (2 c), where c is the correlation.
   */
  private static double reversedErrorShare(
      List<RankSample> samples, List<Map<Instruction, Integer>> parts, Sensor sensor) {
    double[] products = new double[2];
    for (int r = 0; r < samples.size(); r++) {
      samples.get(r).addErrorProducts(sensor, parts.get(r), products);
    }
    double correlation = products[0] / products[1];
    if (!(correlation < MAX_ERROR_CORRELATION)) {
      return 0;
    }
    double lowest =
        -MAX_REVERSED_ERROR_SHARE / (1 + MAX_REVERSED_ERROR_SHARE * MAX_REVERSED_ERROR_SHARE);
    return correlation < lowest
        ? MAX_REVERSED_ERROR_SHARE
        : (Math.sqrt(1 - 4 * correlation * correlation) - 1) / (2 * correlation);
  }

  /**
   * Returns the misfit of {@code sensor} as a function of the sensor's lag in seconds. The function
   * adds the misfits of all samples in a fixed order, so that the result does not depend on the
   * order in which threads run.
   */
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
