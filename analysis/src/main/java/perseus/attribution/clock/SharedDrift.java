package perseus.attribution.clock;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Finds the drifts of the clocks of several ranks.
 *
 * <p>Problem: a drift of several milliseconds looks like a longer smoothing of the sensor, so the
 * readings of one rank may show its drift only weakly. But ranks of one host share their clocks,
 * and so their drifts. Ranks of different hosts may drift at different rates, or not at all.
 *
 * <p>Method:
 *
 * <ul>
 *   <li>Fast tests look for signs of a drift ({@link DriftLikelihood#score}, {@link
 *       DriftLikelihood#bestRoughGain}). If there is no sign, the search ends.
 *   <li>Each rank is tested alone. Drifts of up to {@link #MAX_SLOPE} are tried, each with several
 *       lags, and the best drift is refined. The drift is certain if it is several standard errors
 *       and lowers -2 log likelihood by more than a margin.
 *   <li>If no rank has a certain drift, one common drift is fitted to the readings of all ranks.
 *   <li>A rank without a certain drift may drift like other ranks. It gets the drift of other ranks
 *       that explains its readings best, unless no drift explains them better. If its readings do
 *       not clearly show which is right, the standard error of the lag is increased.
 * </ul>
 *
 * <p>Complexity: about 15 evaluations of the log likelihood of each rank if there is no sign of a
 * drift, else about 200.
 *
 * <p>Limits: drifts are assumed to be constant. A drift of more than {@link #MAX_CHANGE_SECONDS} in
 * half of the recording is not found.
 *
 * <p>Source: this project's own method, based on maximum likelihood.
 */
public final class SharedDrift {
  /** Largest drift that is tried, in seconds per second. */
  private static final double MAX_SLOPE = 1.6e-3;

  /** Largest difference from the expected lag in the middle of the recording, in seconds. */
  private static final double MAX_OFFSET_SECONDS = 0.06;

  /** Largest change of the lag from the middle to the end of the recording, in seconds. */
  private static final double MAX_CHANGE_SECONDS = 0.25;

  /** Smallest change of the lag from the middle to the end, in seconds. */
  private static final double MIN_CHANGE_SECONDS = 2.5e-4;

  /** Minimum score of one rank that is a sign of a drift, in standard errors. */
  private static final double SCORE_OF_RANK = 3;

  /** Minimum score of all ranks together that is a sign of a drift, in standard errors. */
  private static final double SCORE_OF_ALL = 2.5;

  private static final double CERTAIN = 6;
  private static final double POSSIBLE = 4;

  /** Minimum decrease of the -2 log likelihood of a rank by a drift. */
  private static final double MARGIN = 20;

  /** Additional minimum decrease per reading if the drift is only 4 to 6 standard errors. */
  private static final double POSSIBLE_MARGIN_PER_READING = 0.05;

  /** Minimum fraction of the ranks whose -2 log likelihood a common drift must lower. */
  private static final double MOST_RANKS = 0.6;

  /**
   * If a drift lowers -2 log likelihood by this value, it counts as e times as probable as no
   * drift. The value would be 2 if the model of the readings were exact.
   */
  private static final double GAIN_OF_E = MARGIN / 4;

  /** Ratio of the largest to the root mean square deviation of a steadily changing lag. */
  private static final double LARGEST_TO_MEAN = Math.sqrt(3);

  /**
   * Describes a rank whose drift is searched.
   *
   * @param rank global rank
   * @param offset most likely constant lag minus the expected lag, in seconds
   * @param looksDrifting whether a straight line through the lags of blocks of readings shows a
   *     drift
   * @param slope drift in seconds per second that is already corrected in the readings; 0 for none
   */
  public record Rank(
      int rank, DriftLikelihood likelihood, double offset, boolean looksDrifting, double slope) {
    private boolean isKnown() {
      return slope != 0;
    }

    private double half() {
      return likelihood.halfLengthSeconds();
    }

    private double slope(DriftLikelihood.Line line) {
      return line.change() / half();
    }

    private Found found(DriftLikelihood.Line line) {
      double stderr = Double.isFinite(line.stderr()) ? line.stderr() : 0;
      return new Found(line.offset(), slope(line), stderr / LARGEST_TO_MEAN, 0);
    }
  }

  /**
   * Holds the drift of one rank.
   *
   * @param offset lag in the middle of the recording minus the expected lag, in seconds
   * @param slope drift in seconds per second; 0 if there is none
   * @param errorSeconds root mean square error of the corrected lag in seconds, because the drift
   *     is uncertain
   * @param doubtfulSlope drift of other ranks, in seconds per second, if it is uncertain whether
   *     this rank has it too; else 0
   */
  public record Found(double offset, double slope, double errorSeconds, double doubtfulSlope) {
    /** Value for a rank without a drift. */
    public static final Found NONE = new Found(0, 0, 0, 0);
  }

  /** Holds, for each tried drift of a rank, the best offset and its -2 log likelihood. */
  private static final class Scan {
    private final Rank rank;
    private final double step;
    private final double[] misfits;
    private final double[] offsets;
    private final DriftLikelihood.Line constant;
    private final DriftLikelihood.Line own;

    Scan(Rank rank, double step, int steps) {
      this.rank = rank;
      this.step = step;
      misfits = new double[2 * steps + 1];
      offsets = new double[misfits.length];
      for (int i = 0; i < misfits.length; i++) {
        double change = change(i);
        double reach = Math.min(MAX_OFFSET_SECONDS, MAX_CHANGE_SECONDS - Math.abs(change));
        DriftLikelihood.Line line = rank.likelihood.roughOffset(reach, change);
        misfits[i] = line.misfit();
        offsets[i] = line.offset();
      }
      DriftLikelihood.Line given = rank.likelihood.withChange(rank.offset, 0);
      DriftLikelihood.Line scanned = rank.likelihood.withChange(offsets[steps], 0);
      constant = given.misfit() <= scanned.misfit() ? given : scanned;
      own = near(least(i -> misfits[i], misfits.length));
    }

    private double change(int i) {
      return (i - misfits.length / 2) * step * rank.half();
    }

    DriftLikelihood.Line near(int i) {
      return rank.likelihood.refined(offsets[i], change(i));
    }

    /** Returns the most likely line with the given slope. */
    DriftLikelihood.Line with(double slope) {
      int i = (int) Math.round(slope / step) + misfits.length / 2;
      double offset = offsets[Math.max(0, Math.min(misfits.length - 1, i))];
      return rank.likelihood.withChange(offset, slope * rank.half());
    }

    double gain(DriftLikelihood.Line line) {
      return constant.misfit() - line.misfit();
    }

    double marginIfPossible() {
      return MARGIN + POSSIBLE_MARGIN_PER_READING * rank.likelihood.readings();
    }

    boolean isCertain() {
      double stderrs = Math.abs(own.change()) / own.stderr();
      return Math.abs(own.change()) > MIN_CHANGE_SECONDS
          && stderrs >= POSSIBLE
          && gain(own) > (stderrs >= CERTAIN ? MARGIN : marginIfPossible());
    }

    /**
     * Returns the drift of other ranks that explains the readings of this rank best. Returns no
     * drift if that explains the readings better.
     */
    Found like(List<Double> slopes) {
      DriftLikelihood.Line best =
          slopes.stream()
              .map(this::with)
              .min(Comparator.comparingDouble(DriftLikelihood.Line::misfit))
              .orElseThrow();
      double gain = gain(best);
      if (gain < -MARGIN) {
        return Found.NONE;
      }
      if (gain > MARGIN) {
        return rank.found(rank.likelihood.refined(best.offset(), best.change()));
      }
      double ofOther = 1 / (1 + Math.exp(Math.abs(gain) / GAIN_OF_E));
      double error = Math.sqrt(ofOther) * Math.abs(best.change()) / LARGEST_TO_MEAN;
      double slope = rank.slope(best);
      return gain > 0
          ? new Found(best.offset(), slope, error, slope)
          : new Found(0, 0, error, slope);
    }
  }

  private SharedDrift() {}

  /**
   * Returns the drifts by global rank. A rank without an entry does not drift.
   *
   * @param ofOthers known drifts of ranks that are not in {@code ranks}, in seconds per second
   */
  public static Map<Integer, Found> find(List<Rank> ranks, List<Double> ofOthers) {
    Map<Integer, Found> found = new ConcurrentHashMap<>();
    List<Double> slopes = new ArrayList<>(ofOthers);
    ranks.stream().filter(Rank::isKnown).forEach(rank -> slopes.add(rank.slope));
    ranks.parallelStream()
        .filter(Rank::isKnown)
        .forEach(
            rank -> {
              double offset = rank.likelihood.roughOffset(MAX_OFFSET_SECONDS, 0).offset();
              found.put(rank.rank, rank.found(rank.likelihood.refined(offset, 0)));
            });
    List<Rank> open = ranks.stream().filter(rank -> !rank.isKnown()).toList();
    if (slopes.isEmpty() && !looksDrifting(open)) {
      return found;
    }
    double half = open.stream().mapToDouble(Rank::half).max().orElse(1);
    double step = DriftLikelihood.STEP_SECONDS / half;
    int steps = (int) Math.ceil(MAX_SLOPE / step);
    List<Scan> scans = open.parallelStream().map(rank -> new Scan(rank, step, steps)).toList();
    List<Scan> uncertain = new ArrayList<>();
    for (Scan scan : scans) {
      if (scan.isCertain()) {
        found.put(scan.rank.rank, scan.rank.found(scan.own));
        slopes.add(scan.rank.slope(scan.own));
      } else {
        uncertain.add(scan);
      }
    }
    if (slopes.isEmpty()) {
      ofAll(scans).ifPresent(slopes::add);
    }
    if (!slopes.isEmpty()) {
      uncertain.parallelStream().forEach(scan -> found.put(scan.rank.rank, scan.like(slopes)));
    }
    return found;
  }

  private static boolean looksDrifting(List<Rank> ranks) {
    double[] scores =
        ranks.parallelStream().mapToDouble(rank -> rank.likelihood.score(rank.offset)).toArray();
    return ranks.stream().anyMatch(Rank::looksDrifting)
        || ranks.parallelStream().anyMatch(rank -> rank.likelihood.bestRoughGain() > MARGIN)
        || Arrays.stream(scores).anyMatch(score -> Math.abs(score) > SCORE_OF_RANK)
        || Math.abs(Arrays.stream(scores).sum()) > SCORE_OF_ALL * Math.sqrt(scores.length);
  }

  /** Returns the common drift of all ranks; empty if their readings together show none. */
  private static OptionalDouble ofAll(List<Scan> scans) {
    if (scans.size() < 2) {
      return OptionalDouble.empty();
    }
    int size = scans.get(0).misfits.length;
    int best = least(i -> scans.stream().mapToDouble(scan -> scan.misfits[i]).sum(), size);
    double sum = 0;
    double information = 0;
    for (Scan scan : scans) {
      DriftLikelihood.Line line = scan.near(best);
      double weight = Math.pow(scan.rank.half() / line.stderr(), 2);
      sum += weight * scan.rank.slope(line);
      information += weight;
    }
    if (information == 0) {
      return OptionalDouble.empty();
    }
    double slope = sum / information;
    double[] gains = scans.stream().mapToDouble(scan -> scan.gain(scan.with(slope))).toArray();
    double margin = scans.stream().mapToDouble(Scan::marginIfPossible).max().orElse(0);
    boolean isCertain =
        Arrays.stream(gains).filter(gain -> gain > 0).count() >= MOST_RANKS * scans.size()
            && Arrays.stream(gains).sum() > margin
            && Math.abs(slope) * Math.sqrt(information) > CERTAIN;
    return isCertain ? OptionalDouble.of(slope) : OptionalDouble.empty();
  }

  /** Returns the index from 0 to {@code size - 1} at which {@code value} is smallest. */
  private static int least(IntToDoubleFunction value, int size) {
    return IntStream.range(0, size)
        .boxed()
        .min(Comparator.comparingDouble(value::applyAsDouble))
        .orElseThrow();
  }
}
