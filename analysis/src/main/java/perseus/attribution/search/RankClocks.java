package perseus.attribution.search;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.clock.LagDrift;
import perseus.attribution.clock.LagNotes;
import perseus.attribution.clock.LagStep;
import perseus.attribution.clock.PossibleStep;
import perseus.attribution.clock.SharedDrift;
import perseus.attribution.clock.ShiftedTimes;
import perseus.attribution.sensor.OtherKernels;
import perseus.attribution.sensor.Sensor;
import perseus.recording.log.Warnings;

/**
 * Corrects the times of a rank's readings if their lag differs from the usual lag or drifts.
 *
 * <p>Problem: find the extra lag and its drift that maximize the likelihood of the readings.
 *
 * <pre>
 *   lag of a reading at time t = L + a + b (t - m)
 *     L  usual lag of the sensor (s)
 *     a  extra lag of the rank (s)
 *     b  drift of the lag (s/s)
 *     m  middle of the recording (s)
 * </pre>
 *
 * <p>Method: the readings of the rank are divided into blocks of consecutive readings. The extra
 * lag of the rank maximizes the likelihood of all blocks of readings together. It is used only if
 * it lowers -2 log likelihood by more than a margin. The drifts of all ranks are found together
 * ({@link SharedDrift}). If the lag jumps during the recording ({@link LagStep}), a warning says
 * that a clock was set.
 *
 * <p>Complexity: the log likelihood of at most 1,800 readings is evaluated 45 times if no lag is
 * corrected, about 400 times if it may change, and 200 times more if clocks seem to drift.
 */
final class RankClocks {
  /** Change of the lag in seconds with which a rank is tested for a wrong lag. */
  private static final double TEST_SECONDS = 4e-3;

  /** Minimum decrease of -2 log likelihood for a correction of the lag. */
  private static final double MARGIN = 20;

  /**
   * Minimum decrease of -2 log likelihood per reading for a very small correction of the lag. A
   * decrease of -2 log likelihood by 0.25 per reading means that the variance of the residuals
   * falls by 22 percent.
   */
  private static final double NEAR_MARGIN_PER_READING = 0.25;

  /**
   * Minimum decrease of -2 log likelihood per reading for a correction of the lag by 10 ms or more.
   * For smaller corrections, the minimum grows linearly with the correction. If a rank computes
   * without a pause, a large wrong lag may shift readings from one instruction to another.
   */
  private static final double FAR_MARGIN_PER_READING = 1;

  private static final double NEAR_SECONDS = 0.01;

  /** Smallest jump of the lag that causes a warning, in seconds. */
  private static final double MIN_STEP_SECONDS = 4e-3;

  /** Number of blocks of readings by which the times of one jump may differ between ranks. */
  private static final double STEP_BLOCKS = 1.5;

  /**
   * The relative standard error of the energies is 1 if the lag jumps by 1.5 times the duration of
   * the shortest computation. For example, the shortest computation takes 10 ms, and the lag jumps
   * by 15 ms.
   */
  private static final double CHANGE_OF_CERTAINTY = 1.5;

  /** Relative standard error from which a doubtful drift is named in a warning. */
  private static final double DOUBT_TO_NAME = 0.01;

  /**
   * Holds a rank with corrected times of its readings.
   *
   * @param time function from the recorded to the corrected Unix time in seconds
   * @param drift drift of the lag that was corrected
   * @param seconds time in seconds from the first to the last compared reading
   * @param step possible jump of the lag; null if none was searched
   */
  record Corrected(
      MarkedRank rank,
      DoubleUnaryOperator time,
      SharedDrift.Found drift,
      double seconds,
      PossibleStep step) {
    private static Corrected same(MarkedRank rank) {
      return new Corrected(rank, time -> time, SharedDrift.Found.NONE, 0, null);
    }

    /** Returns a copy with a further relative standard error of the rank's energies. */
    Corrected withDoubt(double error) {
      return new Corrected(rank.withDoubts(error, error / 2), time, drift, seconds, step);
    }
  }

  private final MarkedRank marked;
  private final double known;
  private final RankBlocks blocks;
  private double offset;
  private double misfit;
  private boolean mayChange;
  private boolean looksDrifting;
  private double[] changes;

  private RankClocks(MarkedRank marked, double known, Sensor sensor) {
    this.marked = marked;
    this.known = known;
    blocks = new RankBlocks(marked, sensor);
  }

  /**
   * Corrects the times of all ranks.
   *
   * @param drifting drift in seconds per second that is already corrected, by global rank
   * @param ofOthers known drifts of ranks that are not in {@code ranks}, in seconds per second
   * @param warnings receives a warning about each rank whose lag differs from the other ranks
   */
  static List<Corrected> corrected(
      List<MarkedRank> ranks,
      Map<Integer, Double> drifting,
      List<Double> ofOthers,
      Sensor sensor,
      Warnings warnings) {
    List<RankClocks> clocks =
        ranks.parallelStream()
            .map(
                rank ->
                    new RankClocks(rank, drifting.getOrDefault(rank.rank().rank(), 0.0), sensor))
            .toList();
    List<RankClocks> changing = clocks.parallelStream().filter(RankClocks::mayDrift).toList();
    Map<Integer, SharedDrift.Found> drifts =
        SharedDrift.find(changing.parallelStream().map(RankClocks::ofDrifts).toList(), ofOthers);
    return clocks.parallelStream()
        .map(
            one ->
                one.corrected(
                    drifts.getOrDefault(one.marked.rank().rank(), SharedDrift.Found.NONE),
                    warnings))
        .toList();
  }

  /** Finds the lag of the rank, and returns whether it may change during the recording. */
  private boolean mayDrift() {
    if (blocks.size() == 0) {
      return false;
    }
    misfit = blocks.misfit(0, 0);
    if (blocks.misfit(TEST_SECONDS, 0) < misfit || blocks.misfit(-TEST_SECONDS, 0) < misfit) {
      DoubleUnaryOperator ofLag = lag -> blocks.misfit(lag - blocks.lag(), 0);
      double best = LagSearch.refine(LagSearch.scan(ofLag), LagSearch.STEP_SECONDS, ofLag);
      double found = ofLag.applyAsDouble(best);
      if (found < misfit - marginOfOffset(Math.abs(best - blocks.lag()))) {
        offset = best - blocks.lag();
        misfit = found;
      }
    }
    mayChange = blocks.size() > 1 && blocks.anyPartChanges(offset);
    if (mayChange) {
      changes = blocks.changes(offset);
      double[] times = new double[changes.length];
      Arrays.setAll(times, k -> blocks.time(k) - blocks.middle());
      looksDrifting = LagDrift.find(times, changes, blocks.weights(changes)) != LagDrift.NONE;
    }
    return mayChange || known != 0;
  }

  private SharedDrift.Rank ofDrifts() {
    return new SharedDrift.Rank(
        marked.rank().rank(), blocks.ofDrifts(), offset, looksDrifting, known);
  }

  private Corrected corrected(SharedDrift.Found drift, Warnings warnings) {
    if (blocks.size() == 0) {
      return Corrected.same(marked);
    }
    double slope = drift.slope();
    double doubt = 0;
    PossibleStep step = null;
    if (slope != 0) {
      offset = drift.offset();
      misfit = blocks.misfit(offset, slope);
    }
    if (mayChange) {
      step = step(slope);
      if (step.isCertain()) {
        warnings.add(step.warning());
        doubt = step.error();
      }
    }
    boolean drifts = known != 0 || slope != 0;
    double foreign = drifts ? 0 : LagNotes.errorIfForeign(offset);
    double ofKernel = warnOfOtherKernel(slope, warnings);
    double ofClock = Math.hypot(doubt, foreign);
    double ofDrift = drift.errorSeconds() / (CHANGE_OF_CERTAINTY / 2 * marked.shortestSeconds());
    MarkedRank result =
        marked.withDoubts(Math.hypot(ofClock, ofKernel), ofClock / 2).withDoubts(ofDrift, 0);
    if (drift.doubtfulSlope() != 0 && ofDrift > DOUBT_TO_NAME) {
      LagNotes.addDoubtfulDrift(marked.rank().rank(), drift.doubtfulSlope(), ofDrift, warnings);
    }
    double seconds = blocks.seconds();
    if (offset == 0 && slope == 0) {
      return new Corrected(result, t -> t, drift, seconds, step);
    }
    if (!drifts) {
      LagNotes.add(marked.rank().rank(), blocks.lag(), offset, warnings);
    }
    double middle = blocks.middle();
    DoubleUnaryOperator time = t -> t - offset - slope * (t - middle);
    MarkedRank moved = result.with(rank -> ShiftedTimes.of(rank, time));
    return new Corrected(moved, time, drift, seconds, step);
  }

  private double marginOfOffset(double seconds) {
    double far = Math.min(1, seconds / NEAR_SECONDS);
    return MARGIN
        + blocks.readings()
            * (NEAR_MARGIN_PER_READING + far * (FAR_MARGIN_PER_READING - NEAR_MARGIN_PER_READING));
  }

  /** Returns the minimum decrease of -2 log likelihood for a jump of the lag. */
  private double marginOf(LagStep step) {
    long fewer =
        Math.min(blocks.readings(0, step.block()), blocks.readings(step.block(), blocks.size()));
    return Math.min(marginOfOffset(0), MARGIN + FAR_MARGIN_PER_READING * fewer);
  }

  private double warnOfOtherKernel(double slope, Warnings warnings) {
    boolean found =
        OtherKernels.fitBetter(
            blocks.kernel(),
            misfit - marginOfOffset(0),
            blocks.memorySeconds(),
            kernel -> blocks.misfit(kernel, offset, slope));
    return found ? OtherKernels.warn(marked.rank().rank(), warnings) : 0;
  }

  private PossibleStep step(double slope) {
    double[] lines = new double[changes.length];
    Arrays.setAll(lines, k -> offset + slope * (blocks.time(k) - blocks.middle()));
    double[] rest = new double[changes.length];
    Arrays.setAll(rest, k -> changes[k] - lines[k]);
    LagStep step =
        LagStep.find(
            rest, MIN_STEP_SECONDS, (k, change) -> blocks.misfitOfBlock(k, lines[k] + change));
    return new PossibleStep(
        marked.rank().rank(),
        step.seconds(),
        step.gain(),
        2 * KernelSearch.MARGIN + marginOf(step),
        blocks.time(step.block()) - marked.rank().firstStart(),
        STEP_BLOCKS * blocks.seconds() / (changes.length - 1),
        Math.abs(step.seconds()) / (CHANGE_OF_CERTAINTY * marked.shortestSeconds()));
  }
}
