package perseus.attribution.search;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.clock.DriftLikelihood;
import perseus.attribution.fit.PowerColumns;
import perseus.attribution.fit.PowerModel;
import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.Sensor;

/**
 * Divides the readings of one rank into blocks of consecutive readings, and computes which lags
 * explain them. If a clock was set during the recording, blocks have different lags.
 *
 * <p>Complexity: at most 1,800 readings are used.
 */
final class RankBlocks {
  private static final int MAX_BLOCKS = 12;
  private static final int READINGS_OF_BLOCK = 150;
  private static final int MIN_READINGS_OF_BLOCK = 60;

  /** Number of blocks into which a small number of readings is divided. */
  private static final int WANTED_BLOCKS = 6;

  /** Number of pieces with a constant lag into which a block is divided to find a drift. */
  private static final int PIECES_OF_BLOCK = 6;

  private static final double STEP_SECONDS = 2e-3;

  private static final double REACH_SECONDS = 0.015;
  private static final double FAR_STEP_SECONDS = 5e-3;
  private static final double FAR_SECONDS = 0.06;

  /** Minimum decrease of -2 log likelihood per reading for a lag far from the expected lag. */
  private static final double FAR_MARGIN_PER_READING = 1;

  private record Block(double time, RankSample sample) {}

  private final Sensor sensor;
  private final Channel channel;
  private final List<Block> blocks = new ArrayList<>();
  private final PowerModel model;

  /**
   * @param sensor usual lag and smoothing
   */
  RankBlocks(MarkedRank marked, Sensor sensor) {
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

  int size() {
    return blocks.size();
  }

  /** Returns the Unix time in seconds of the middle of block {@code k}. */
  double time(int k) {
    return blocks.get(k).time;
  }

  /** Returns the Unix time in seconds of the middle of the recording. */
  double middle() {
    return (time(0) + time(size() - 1)) / 2;
  }

  /** Returns the time in seconds from the first to the last block. */
  double seconds() {
    return time(size() - 1) - time(0);
  }

  /** Returns the usual lag in seconds. */
  double lag() {
    return channel.kernel(sensor).lagSeconds();
  }

  Kernel kernel() {
    return channel.kernel(sensor);
  }

  /** Returns the longest smoothing in seconds that the readings can show. */
  double memorySeconds() {
    return blocks.get(0).sample.memorySeconds();
  }

  long readings() {
    return readings(0, size());
  }

  /** Returns the number of readings in blocks {@code from} to {@code to - 1}. */
  long readings(int from, int to) {
    return blocks.subList(from, to).stream()
        .mapToLong(block -> block.sample.readings(channel))
        .sum();
  }

  /** Returns -2 log likelihood of block {@code k} with a lag that differs from the usual one. */
  double misfitOfBlock(int k, double change) {
    return misfitOfBlock(k, kernel(), change);
  }

  private double misfitOfBlock(int k, Kernel kernel, double change) {
    Kernel moved = kernel.withLag(kernel.lagSeconds() + change);
    return blocks.get(k).sample.misfit(channel, channel.with(sensor, moved), model);
  }

  /** Returns -2 log likelihood of all blocks. */
  double misfit(double constant, double slope) {
    return misfit(kernel(), constant, slope);
  }

  /**
   * Returns -2 log likelihood of all blocks.
   *
   * @param kernel usual lag and smoothing
   * @param constant lag in the middle of the recording minus the usual lag, in seconds
   * @param slope change of the lag in seconds per second
   */
  double misfit(Kernel kernel, double constant, double slope) {
    double sum = 0;
    for (int k = 0; k < size(); k++) {
      sum += misfitOfBlock(k, kernel, constant + slope * (time(k) - middle()));
    }
    return sum;
  }

  /**
   * Returns whether another lag explains the readings of any sixth of the recording better.
   *
   * @param offset expected lag minus the usual lag, in seconds
   */
  boolean anyPartChanges(double offset) {
    int parts = 6;
    for (int part = 0; part < parts; part++) {
      int from = part * size() / parts;
      int to = (part + 1) * size() / parts;
      DoubleUnaryOperator ofLag =
          lag -> {
            double sum = 0;
            for (int k = from; k < to; k++) {
              sum += misfitOfBlock(k, lag - lag());
            }
            return sum;
          };
      if (differs(lag() + offset, readings(from, to), ofLag)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the best lag of each block minus the usual lag, in seconds.
   *
   * @param offset expected lag minus the usual lag, in seconds
   */
  double[] changes(double offset) {
    double[] changes = new double[size()];
    for (int k = 0; k < changes.length; k++) {
      changes[k] = best(lag() + offset, readings(k, k + 1), ofLag(k)) - lag();
    }
    return changes;
  }

  /** Returns the inverse variance of the best lag of each block. */
  double[] weights(double[] changes) {
    double[] weights = new double[size()];
    for (int k = 0; k < weights.length; k++) {
      double stderr = LagSearch.stderr(lag() + changes[k], ofLag(k));
      weights[k] = Double.isFinite(stderr) ? 1 / (stderr * stderr) : 0;
    }
    return weights;
  }

  private DoubleUnaryOperator ofLag(int k) {
    return lag -> misfitOfBlock(k, lag - lag());
  }

  /** Returns the likelihood of lags that change steadily. */
  DriftLikelihood ofDrifts() {
    List<DriftLikelihood.Piece> pieces = new ArrayList<>();
    for (Block block : blocks) {
      int size = (int) Math.max(1, block.sample.readings(channel) / PIECES_OF_BLOCK);
      for (RankSample piece : block.sample.blocks(channel, size, 1)) {
        pieces.add(piece(piece));
      }
    }
    return new DriftLikelihood(pieces);
  }

  private DriftLikelihood.Piece piece(RankSample sample) {
    RankSample.Part part = sample.parts().get(0);
    PowerColumns columns = PowerColumns.of(part.activities(), model);
    return new DriftLikelihood.Piece(
        part.activities(),
        columns,
        part.readings(channel).size(),
        sample.middle(channel) - middle(),
        change ->
            RankSample.sums(
                part.readings(channel), columns, channel.withLag(sensor, lag() + change)));
  }

  /**
   * Returns whether the lag of some readings may differ from the expected lag.
   *
   * @param misfit -2 log likelihood of the readings as a function of the lag
   */
  private static boolean differs(double expected, long readings, DoubleUnaryOperator misfit) {
    double same = misfit.applyAsDouble(expected);
    return misfit.applyAsDouble(expected - STEP_SECONDS) < same
        || misfit.applyAsDouble(expected + STEP_SECONDS) < same
        || far(expected, misfit).misfit < same - FAR_MARGIN_PER_READING * readings;
  }

  /**
   * Returns the best lag of some readings in seconds. A lag far from the expected lag needs a large
   * decrease of -2 log likelihood, because a wrong lag may align readings with a neighbouring
   * instruction.
   */
  private static double best(double expected, long readings, DoubleUnaryOperator misfit) {
    double near = LagSearch.refine(expected, REACH_SECONDS, misfit);
    double far = LagSearch.refine(far(expected, misfit).lag, FAR_STEP_SECONDS, misfit);
    double margin = FAR_MARGIN_PER_READING * readings;
    return misfit.applyAsDouble(far) < misfit.applyAsDouble(near) - margin ? far : near;
  }

  /** Holds a lag in seconds, and -2 log likelihood of the readings with this lag. */
  private record Far(double lag, double misfit) {}

  /** Returns the best of a few lags around the expected lag. */
  private static Far far(double expected, DoubleUnaryOperator misfit) {
    Far best = new Far(expected, Double.POSITIVE_INFINITY);
    double from = Math.max(LagSearch.MIN_SECONDS, expected - FAR_SECONDS);
    double to = Math.min(LagSearch.MAX_SECONDS, expected + FAR_SECONDS);
    for (double lag = from; lag <= to; lag += FAR_STEP_SECONDS) {
      double value = misfit.applyAsDouble(lag);
      if (value < best.misfit) {
        best = new Far(lag, value);
      }
    }
    return best;
  }
}
