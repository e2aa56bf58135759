package perseus.attribution.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import perseus.attribution.activity.Activity;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.fit.PowerModel;
import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.Sensor;
import perseus.numeric.WeightedLine;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;
import perseus.recording.log.Window;

/**
 * Corrects the times of the readings of a rank whose lag differs from the lag of the sensor, or
 * whose lag drifts because instructions and power were recorded with two clocks.
 *
 * <p>Problem: find an offset a and a slope b for which the readings of a rank have the largest
 * likelihood, if a reading at time t lags by L + a + b (t - m). L is the lag of the sensor, and m
 * is the middle of the recording.
 *
 * <p>Method: the readings of the rank are divided into blocks of consecutive readings. Let f_k(x)
 * be the misfit of block k with the lag L + x. The offset a minimizes sum_k f_k(x). For each block
 * k, the x_k that minimizes f_k is found, with its standard error. The slope of a weighted straight
 * line through the x_k over time is the drift of the clock. Offset and slope are used only if they
 * lower the misfit by more than a margin. If the x_k are far from the straight line, a warning is
 * added, because a clock was set during the recording.
 *
 * <p>Complexity: six evaluations of the misfit of at most 1,800 readings for a rank that needs no
 * correction, and about 400 for another rank.
 */
final class RankClocks {
  private static final int MAX_BLOCKS = 12;
  private static final int READINGS_OF_BLOCK = 150;
  private static final int MIN_READINGS_OF_BLOCK = 60;

  /** Change of the lag in seconds that shows whether a rank needs a correction. */
  private static final double TEST_SECONDS = 4e-3;

  /** Change of the lag in seconds that shows whether the lag of a third of the blocks differs. */
  private static final double STEP_SECONDS = 2e-3;

  /** Minimum decrease of the misfit for a correction. */
  private static final double MARGIN = 20;

  /**
   * Minimum decrease of the misfit per reading for another offset of less than {@link
   * #NEAR_SECONDS}. A decrease of 0.25 means that the variance of the residuals falls by 22
   * percent.
   */
  private static final double NEAR_MARGIN_PER_READING = 0.25;

  /**
   * Minimum decrease of the misfit per reading for another offset of {@link #NEAR_SECONDS} and
   * more. On a rank that computes without a pause, a far offset can exchange the parts of
   * instructions. Such an offset was seen to lower the misfit by up to 0.7 per reading.
   */
  private static final double FAR_MARGIN_PER_READING = 1;

  private static final double NEAR_SECONDS = 0.01;

  /** Fewest blocks from which a drift is estimated. */
  private static final int MIN_BLOCKS_FOR_DRIFT = 4;

  /** Smallest slope that is used, in standard errors of the slope. */
  private static final double MIN_SLOPE_STANDARD_ERRORS = 6;

  /** Smallest change of the lag in seconds that is corrected. */
  private static final double MIN_CHANGE_SECONDS = 5e-4;

  /** Largest deviation of a block from the straight line that causes no warning, in seconds. */
  private static final double MAX_DEVIATION_SECONDS = 4e-3;

  /** Change of the lag, as a share of the shortest computation, that adds 1 to the errors. */
  private static final double CHANGE_OF_CERTAINTY = 1.5;

  /** Relative standard error of energies that may come from the power of another GPU. */
  private static final double FOREIGN_ERROR = 0.3;

  private static final double BLOCK_REACH_SECONDS = 0.015;

  /** One block of consecutive readings of a rank. */
  private record Block(double time, RankSample sample) {}

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
    List<RankSample> pieces = all.blocks(channel, READINGS_OF_BLOCK, MIN_READINGS_OF_BLOCK);
    int used = Math.min(MAX_BLOCKS, pieces.size());
    for (int k = 0; k < used; k++) {
      RankSample piece =
          pieces.get(used == 1 ? 0 : (int) ((long) k * (pieces.size() - 1) / (used - 1)));
      blocks.add(new Block(piece.middle(channel), piece));
    }
    blocks.sort((a, b) -> Double.compare(a.time, b.time));
  }

  /**
   * Returns the rank with corrected times of its readings; the same object if no correction is
   * needed.
   *
   * @param warnings receives a warning if the lag of the rank differs from the others or changes
   */
  static MarkedRank corrected(MarkedRank rank, Sensor sensor, Warnings warnings) {
    RankClocks clocks = new RankClocks(rank, sensor);
    return clocks.blocks.isEmpty() ? rank : clocks.corrected(warnings);
  }

  private double lag() {
    return channel.kernel(sensor).lagSeconds();
  }

  private double misfit(Block block, double change) {
    Kernel kernel = channel.kernel(sensor);
    return block.sample.misfit(
        channel, channel.with(sensor, kernel.withLag(kernel.lagSeconds() + change)), model);
  }

  /** Returns the misfit of all blocks if the lag changes by offset + slope (t - middle). */
  private double misfit(double offset, double slope, double middle) {
    double sum = 0;
    for (Block block : blocks) {
      sum += misfit(block, offset + slope * (block.time - middle));
    }
    return sum;
  }

  private MarkedRank corrected(Warnings warnings) {
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
    if (blocks.size() >= MIN_BLOCKS_FOR_DRIFT && last > first && mayChange(offset)) {
      double[] lags = new double[blocks.size()];
      double[] weights = new double[blocks.size()];
      for (int k = 0; k < lags.length; k++) {
        Block block = blocks.get(k);
        DoubleUnaryOperator ofLag = lag -> misfit(block, lag - lag());
        double best = LagSearch.refine(lag() + offset, BLOCK_REACH_SECONDS, ofLag);
        double stderr = LagSearch.stderr(best, ofLag);
        lags[k] = best - lag();
        weights[k] = Double.isFinite(stderr) ? 1 / (stderr * stderr) : 0;
      }
      double[] times = blocks.stream().mapToDouble(block -> block.time - middle).toArray();
      WeightedLine line = new WeightedLine();
      for (int k = 0; k < lags.length; k++) {
        line.add(times[k], lags[k], weights[k]);
      }
      boolean changes =
          Math.abs(line.slope()) * (last - first) > MIN_CHANGE_SECONDS
              && Math.abs(line.slope()) > MIN_SLOPE_STANDARD_ERRORS * line.slopeStderr(times, lags);
      double sloped = changes ? misfit(line.at(0), line.slope(), middle) : constant;
      if (sloped < constant - MARGIN) {
        offset = line.at(0);
        slope = line.slope();
        constant = sloped;
      }
      doubt = warnOfJumps(lags, offset, slope, middle, constant, warnings);
    }
    doubt = Math.hypot(doubt, warnOfOtherKernel(offset, slope, middle, constant, warnings));
    if (LagNotes.isForeign(offset)) {
      doubt = Math.hypot(doubt, FOREIGN_ERROR);
    }
    MarkedRank result = doubt > 0 ? marked.withDoubt(doubt) : marked;
    if (offset == 0 && slope == 0) {
      return result;
    }
    LagNotes.add(marked.rank().rank(), lag(), offset, slope, last - first, warnings);
    double usedOffset = offset;
    double usedSlope = slope;
    DoubleUnaryOperator time = t -> t - usedOffset - usedSlope * (t - middle);
    return result.with(rank -> ShiftedTimes.of(rank, time));
  }

  /**
   * Returns whether the lag may change during the recording: whether a lag that is a little smaller
   * or larger explains the first, the middle or the last third of the blocks better.
   */
  private boolean mayChange(double offset) {
    int thirds = 3;
    for (int third = 0; third < thirds; third++) {
      List<Block> some =
          blocks.subList(third * blocks.size() / thirds, (third + 1) * blocks.size() / thirds);
      double same = misfit(some, offset);
      if (misfit(some, offset - STEP_SECONDS) < same
          || misfit(some, offset + STEP_SECONDS) < same) {
        return true;
      }
    }
    return false;
  }

  private double misfit(List<Block> some, double change) {
    return some.stream().mapToDouble(block -> misfit(block, change)).sum();
  }

  private double marginOfOffset(double seconds) {
    int readings =
        blocks.stream()
            .mapToInt(block -> block.sample.parts().get(0).readings(channel).size())
            .sum();
    double far = Math.min(1, seconds / NEAR_SECONDS);
    return MARGIN
        + readings
            * (NEAR_MARGIN_PER_READING + far * (FAR_MARGIN_PER_READING - NEAR_MARGIN_PER_READING));
  }

  /** Returns the mean duration in seconds of the rank's shortest kind of computation. */
  private double shortestSeconds() {
    Window window = marked.rank().windows().get(0);
    return window.kinds().stream()
        .filter(kind -> kind.isComputation() && !Activity.isSpecial(kind))
        .mapToDouble(kind -> window.durations(kind).mean())
        .min()
        .orElse(Double.POSITIVE_INFINITY);
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

  private double warnOfJumps(
      double[] lags, double offset, double slope, double middle, double misfit, Warnings warnings) {
    int worst = 0;
    double worstDeviation = 0;
    double separate = 0;
    for (int k = 0; k < lags.length; k++) {
      Block block = blocks.get(k);
      separate += misfit(block, lags[k]);
      double deviation = Math.abs(lags[k] - offset - slope * (block.time - middle));
      if (deviation > worstDeviation) {
        worstDeviation = deviation;
        worst = k;
      }
    }
    if (worstDeviation > MAX_DEVIATION_SECONDS
        && separate < misfit - KernelSearch.MARGIN * lags.length - marginOfOffset(0)) {
      warnings.add(
          new Warning(
              Warning.Kind.DOUBTFUL,
              "lag jumps",
              marked.rank().rank(),
              1,
              worstDeviation,
              String.format(
                  Locale.ROOT,
                  "The lag between the instructions and the power of rank %d changes by %.0f ms"
                      + " about %.0f s after its first instruction: a clock was set during the"
                      + " recording. The energies of this rank may be wrong; record again, or leave"
                      + " these iterations out (--iterations).",
                  marked.rank().rank(),
                  1e3 * worstDeviation,
                  blocks.get(worst).time - marked.rank().firstStart())));
      return worstDeviation / (CHANGE_OF_CERTAINTY * shortestSeconds());
    }
    return 0;
  }
}
