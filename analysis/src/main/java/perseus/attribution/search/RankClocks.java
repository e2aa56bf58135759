package perseus.attribution.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.clock.LagDrift;
import perseus.attribution.clock.LagNotes;
import perseus.attribution.clock.LagStep;
import perseus.attribution.clock.PossibleStep;
import perseus.attribution.clock.ShiftedTimes;
import perseus.attribution.fit.PowerModel;
import perseus.attribution.sensor.Kernel;
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
 * lag of the rank maximizes the likelihood of all blocks of readings together. The drift of the lag
 * is the slope of a weighted straight line through the best lags of single blocks of readings. A
 * correction of a rank's lag is used only if it lowers -2 log likelihood by more than a margin. If
 * the lag jumps during the recording ({@link LagStep}), a warning says that a clock was set.
 *
 * <p>Complexity: the log likelihood of at most 1,800 readings is evaluated 45 times if no lag is
 * corrected, else about 400 times.
 */
final class RankClocks {
  private static final int MAX_BLOCKS = 12;
  private static final int READINGS_OF_BLOCK = 150;
  private static final int MIN_READINGS_OF_BLOCK = 60;

  /** Number of blocks into which a small number of readings is divided. */
  private static final int WANTED_BLOCKS = 6;

  /** Change of the lag in seconds with which a rank is tested for a wrong lag. */
  private static final double TEST_SECONDS = 4e-3;

  /** Minimum decrease of -2 log likelihood for a correction of the lag. */
  private static final double MARGIN = 20;

  /**
   * Minimum decrease of -2 log likelihood per reading for a correction of the lag by less than
   * {@link #NEAR_SECONDS}. A decrease of -2 log likelihood by 0.25 per reading means that the
   * variance of the residuals falls by 22 percent.
   */
  private static final double NEAR_MARGIN_PER_READING = 0.25;

  /**
   * Minimum decrease of -2 log likelihood per reading for a correction of the lag by at least
   * {@link #NEAR_SECONDS}. If a rank computes without a pause, a large wrong lag may shift readings
   * from one instruction to another.
   */
  private static final double FAR_MARGIN_PER_READING = 1;

  private static final double NEAR_SECONDS = 0.01;

  /** Minimum decrease of -2 log likelihood per reading for a drift that is not certain. */
  private static final double POSSIBLE_MARGIN_PER_READING = 0.05;

  /** Smallest jump of the lag that causes a warning, in seconds. */
  private static final double MIN_STEP_SECONDS = 4e-3;

  /** Number of blocks of readings by which the times of one jump may differ between ranks. */
  private static final double STEP_BLOCKS = 1.5;

  /**
   * A jump of the lag by 1.5 times the shortest computation makes the relative standard error of
   * the energies 1.
   */
  private static final double CHANGE_OF_CERTAINTY = 1.5;

  private record Block(double time, RankSample sample) {}

  /**
   * Holds a rank with corrected times of its readings.
   *
   * @param drift function from the recorded to the corrected Unix time in seconds; null if the lag
   *     of the recorded times does not drift
   * @param step possible jump of the lag; null if none was searched
   */
  record Corrected(MarkedRank rank, DoubleUnaryOperator drift, PossibleStep step) {
    /** Returns a copy with a further relative standard error of the rank's energies. */
    Corrected withDoubt(double error) {
      return new Corrected(rank.withDoubts(error, error / 2), drift, step);
    }
  }

  private final MarkedRank marked;
  private final Sensor sensor;
  private final Channel channel;
  private final List<Block> blocks = new ArrayList<>();
  private final PowerModel model;

  private RankClocks(MarkedRank marked, Sensor sensor) {
    this.marked = marked;
    this.sensor = sensor;
    RankSample all = RankSample.of(marked, Integer.MAX_VALUE);
    channel = all.finest();
    model = all.detailedModel();
    long size = Math.max(MIN_READINGS_OF_BLOCK, all.readings(channel) / WANTED_BLOCKS);
    List<RankSample> pieces =
        all.blocks(channel, (int) Math.min(READINGS_OF_BLOCK, size), MIN_READINGS_OF_BLOCK);
    int used = Math.min(MAX_BLOCKS, pieces.size());
    for (int k = 0; k < used; k++) {
      RankSample piece =
          pieces.get(used == 1 ? 0 : (int) ((long) k * (pieces.size() - 1) / (used - 1)));
      blocks.add(new Block(piece.middle(channel), piece));
    }
    blocks.sort((a, b) -> Double.compare(a.time, b.time));
  }

  /**
   * Returns the rank with corrected times of its readings, or the same rank without a correction.
   *
   * @param warnings receives a warning if the lag of the rank drifts or differs from the other
   *     ranks
   */
  static Corrected corrected(MarkedRank rank, Sensor sensor, Warnings warnings) {
    RankClocks clocks = new RankClocks(rank, sensor);
    return clocks.blocks.isEmpty() ? new Corrected(rank, null, null) : clocks.corrected(warnings);
  }

  private double lag() {
    return channel.kernel(sensor).lagSeconds();
  }

  private double misfit(Block block, double change) {
    return block.sample.misfit(channel, channel.withLag(sensor, lag() + change), model);
  }

  private double misfit(double offset, double slope, double middle) {
    double sum = 0;
    for (Block block : blocks) {
      sum += misfit(block, offset + slope * (block.time - middle));
    }
    return sum;
  }

  private Corrected corrected(Warnings warnings) {
    double first = blocks.get(0).time;
    double last = blocks.get(blocks.size() - 1).time;
    double middle = (first + last) / 2;
    double none = misfit(0, 0, middle);
    double offset = 0;
    double constant = none;
    if (misfit(TEST_SECONDS, 0, middle) < none || misfit(-TEST_SECONDS, 0, middle) < none) {
      DoubleUnaryOperator ofLag = lag -> misfit(lag - lag(), 0, middle);
      double best = LagSearch.refine(LagSearch.scan(ofLag), LagSearch.STEP_SECONDS, ofLag);
      double misfit = ofLag.applyAsDouble(best);
      if (misfit < none - marginOfOffset(Math.abs(best - lag()))) {
        offset = best - lag();
        constant = misfit;
      }
    }
    double slope = 0;
    double doubt = 0;
    PossibleStep step = null;
    if (blocks.size() > 1 && last > first && mayChange(offset)) {
      double[] lags = new double[blocks.size()];
      double[] weights = new double[blocks.size()];
      for (int k = 0; k < lags.length; k++) {
        Block block = blocks.get(k);
        DoubleUnaryOperator ofLag = lag -> misfit(block, lag - lag());
        double best = BlockLag.best(lag() + offset, block.sample.readings(channel), ofLag);
        double stderr = LagSearch.stderr(best, ofLag);
        lags[k] = best - lag();
        weights[k] = Double.isFinite(stderr) ? 1 / (stderr * stderr) : 0;
      }
      double[] times = blocks.stream().mapToDouble(block -> block.time - middle).toArray();
      LagDrift drift = LagDrift.find(times, lags, weights);
      double sloped =
          drift == LagDrift.NONE ? constant : misfit(drift.offset(), drift.slope(), middle);
      if (sloped < constant - marginOf(drift)) {
        offset = drift.offset();
        slope = drift.slope();
        constant = sloped;
      }
      step = step(lags, offset, slope, middle);
      if (step.isCertain()) {
        warnings.add(step.warning());
        doubt = step.error();
      }
    }
    double foreign = LagNotes.errorIfForeign(offset);
    double ofKernel = warnOfOtherKernel(offset, slope, middle, constant, warnings);
    double ofClock = Math.hypot(doubt, foreign);
    MarkedRank result = marked.withDoubts(Math.hypot(ofClock, ofKernel), ofClock / 2);
    if (offset == 0 && slope == 0) {
      return new Corrected(result, null, step);
    }
    LagNotes.add(marked.rank().rank(), lag(), offset, slope, last - first, warnings);
    double usedOffset = offset;
    double usedSlope = slope;
    DoubleUnaryOperator time = t -> t - usedOffset - usedSlope * (t - middle);
    return new Corrected(
        result.with(rank -> ShiftedTimes.of(rank, time)), slope == 0 ? null : time, step);
  }

  /** Returns whether another lag explains the readings of any sixth of the recording better. */
  private boolean mayChange(double offset) {
    int parts = 6;
    for (int part = 0; part < parts; part++) {
      List<Block> some =
          blocks.subList(part * blocks.size() / parts, (part + 1) * blocks.size() / parts);
      if (BlockLag.differs(lag() + offset, readings(some), lag -> misfit(some, lag - lag()))) {
        return true;
      }
    }
    return false;
  }

  private double misfit(List<Block> some, double change) {
    return some.stream().mapToDouble(block -> misfit(block, change)).sum();
  }

  private double marginOfOffset(double seconds) {
    double far = Math.min(1, seconds / NEAR_SECONDS);
    return MARGIN
        + readings(blocks)
            * (NEAR_MARGIN_PER_READING + far * (FAR_MARGIN_PER_READING - NEAR_MARGIN_PER_READING));
  }

  /** Returns the minimum decrease of -2 log likelihood for a jump of the lag. */
  private double marginOf(LagStep step) {
    long fewer =
        Math.min(
            readings(blocks.subList(0, step.block())),
            readings(blocks.subList(step.block(), blocks.size())));
    return Math.min(marginOfOffset(0), MARGIN + FAR_MARGIN_PER_READING * fewer);
  }

  private long readings(List<Block> some) {
    return some.stream().mapToLong(block -> block.sample.readings(channel)).sum();
  }

  private double marginOf(LagDrift drift) {
    long readings = readings(blocks);
    return MARGIN + (drift.isCertain() ? 0 : POSSIBLE_MARGIN_PER_READING * readings);
  }

  private double warnOfOtherKernel(
      double offset, double slope, double middle, double misfit, Warnings warnings) {
    boolean found =
        OtherKernels.fitBetter(
            channel.kernel(sensor),
            misfit - marginOfOffset(0),
            blocks.get(0).sample.memorySeconds(),
            kernel -> {
              double sum = 0;
              for (Block block : blocks) {
                double later = offset + slope * (block.time - middle);
                Kernel moved = kernel.withLag(kernel.lagSeconds() + later);
                sum += block.sample.misfit(channel, channel.with(sensor, moved), model);
              }
              return sum;
            });
    return found ? OtherKernels.warn(marked.rank().rank(), warnings) : 0;
  }

  private PossibleStep step(double[] lags, double offset, double slope, double middle) {
    double[] changes = new double[lags.length];
    Arrays.setAll(changes, k -> lags[k] - offset - slope * (blocks.get(k).time - middle));
    LagStep step =
        LagStep.find(
            changes,
            MIN_STEP_SECONDS,
            (k, change) -> {
              Block block = blocks.get(k);
              return misfit(block, offset + slope * (block.time - middle) + change);
            });
    return new PossibleStep(
        marked.rank().rank(),
        step.seconds(),
        step.gain(),
        2 * KernelSearch.MARGIN + marginOf(step),
        blocks.get(step.block()).time - marked.rank().firstStart(),
        STEP_BLOCKS * (blocks.get(blocks.size() - 1).time - blocks.get(0).time) / (lags.length - 1),
        Math.abs(step.seconds()) / (CHANGE_OF_CERTAINTY * marked.shortestSeconds()));
  }
}
