package perseus.attribution.clock;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import perseus.attribution.fit.NormalEquations;
import perseus.attribution.fit.PowerColumns;
import perseus.attribution.fit.PowerSolver;
import perseus.numeric.LocalMinimum;

/**
 * Computes how well the readings of one rank agree with a lag that changes steadily.
 *
 * <pre>
 *   lag of a reading at time t = expected lag + a + b t
 *     a  additional lag in the middle of the recording (s)
 *     b  drift (s/s)
 *     t  time since the middle of the recording (s)
 * </pre>
 *
 * <p>Method: the readings are divided into short pieces, each with a constant lag. One piece has
 * too few readings for a fit of powers, so powers are fitted to all pieces at one frequency
 * together. The normal equations of a piece are computed once for each lag that is a multiple of
 * {@link #STEP_SECONDS}. One more drift then costs little time.
 *
 * <p>Complexity: O(pieces C^2 + frequencies C^3) time for one drift and C powers, if the normal
 * equations are known.
 */
public final class DriftLikelihood {
  /** Difference between neighbouring lags whose normal equations are kept, in seconds. */
  static final double STEP_SECONDS = 4e-3;

  /** Change of the lag for numerical derivatives, in seconds. */
  private static final double DERIVATIVE_SECONDS = 1e-3;

  /** One minimization tries values up to this distance from its start, in seconds. */
  private static final double REACH_SECONDS = 6e-3;

  /** Largest {@link Line#change} that {@link #bestRoughGain} tries, in seconds. */
  private static final double MAX_TEST_SECONDS = 0.064;

  private static final double TOLERANCE_SECONDS = 5e-5;
  private static final int MAX_ROUNDS = 4;

  /** Computes the normal equations of one piece of the readings. */
  public interface LagRows {
    /**
     * @param change lag minus the expected lag, in seconds
     */
    NormalEquations at(double change);
  }

  /**
   * Holds a few consecutive readings.
   *
   * @param frequency object that is the same for all pieces at one frequency
   * @param columns powers at this frequency
   * @param readings number of readings
   * @param time middle of the piece, in seconds after the middle of the recording
   */
  public record Piece(
      Object frequency, PowerColumns columns, int readings, double time, LagRows rows) {}

  /**
   * Describes a lag that changes steadily, and so is a straight line over time.
   *
   * @param offset lag in the middle of the recording minus the expected lag, in seconds
   * @param change change of the lag from the middle to the end of the recording, in seconds
   * @param misfit -2 log likelihood
   * @param stderr standard error of {@code change} in seconds, from the scatter of the pieces;
   *     infinite if it was not computed
   */
  public record Line(double offset, double change, double misfit, double stderr) {}

  private final List<List<Piece>> frequencies = new ArrayList<>();
  private final Map<Piece, Map<Integer, NormalEquations>> kept = new HashMap<>();
  private final double halfLength;

  /**
   * @param pieces pieces of the readings in order of time
   */
  public DriftLikelihood(List<Piece> pieces) {
    Map<Object, List<Piece>> byFrequency = new IdentityHashMap<>();
    for (Piece piece : pieces) {
      List<Piece> same = byFrequency.get(piece.frequency);
      if (same == null) {
        same = new ArrayList<>();
        byFrequency.put(piece.frequency, same);
        frequencies.add(same);
      }
      same.add(piece);
      kept.put(piece, new HashMap<>());
    }
    halfLength = pieces.stream().mapToDouble(piece -> Math.abs(piece.time)).max().orElse(0);
  }

  /** Returns half of the time between the first and the last reading, in seconds. */
  double halfLengthSeconds() {
    return halfLength;
  }

  long readings() {
    return kept.keySet().stream().mapToLong(Piece::readings).sum();
  }

  private NormalEquations kept(Piece piece, double change) {
    int step = (int) Math.round(change / STEP_SECONDS);
    return kept.get(piece).computeIfAbsent(step, steps -> piece.rows.at(steps * STEP_SECONDS));
  }

  private double at(Piece piece, double offset, double change) {
    return offset + change * piece.time / halfLength;
  }

  private static NormalEquations sum(List<NormalEquations> pieces, PowerColumns columns) {
    NormalEquations sums = new NormalEquations(columns.size());
    pieces.forEach(piece -> sums.add(piece, 1));
    return sums;
  }

  private double misfit(double offset, double change, boolean coarse) {
    double misfit = 0;
    for (List<Piece> pieces : frequencies) {
      PowerColumns columns = pieces.get(0).columns;
      List<NormalEquations> each = new ArrayList<>();
      for (Piece piece : pieces) {
        double lag = at(piece, offset, change);
        each.add(coarse ? kept(piece, lag) : piece.rows.at(lag));
      }
      NormalEquations sums = sum(each, columns);
      misfit += sums.misfit(sums.squaredResiduals(new PowerSolver(columns).solve(sums).watts()));
    }
    return misfit;
  }

  /**
   * Returns the best line with the given change of the lag. The tried offsets and the lags of
   * pieces are multiples of {@link #STEP_SECONDS}.
   *
   * @param reachSeconds largest absolute offset that is tried, in seconds
   * @param change change of the lag from the middle to the end, in seconds
   */
  Line roughOffset(double reachSeconds, double change) {
    Line best = new Line(0, change, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    int reach = (int) Math.round(reachSeconds / STEP_SECONDS);
    for (int i = -reach; i <= reach; i++) {
      double offset = i * STEP_SECONDS;
      double misfit = misfit(offset, change, true);
      if (misfit < best.misfit) {
        best = new Line(offset, change, misfit, Double.POSITIVE_INFINITY);
      }
    }
    return best;
  }

  /** Returns by how much the best of ten tried drifts lowers -2 log likelihood. */
  double bestRoughGain() {
    double least = Double.POSITIVE_INFINITY;
    for (double change = STEP_SECONDS; change <= MAX_TEST_SECONDS; change *= 2) {
      least = Math.min(least, Math.min(misfit(0, change, true), misfit(0, -change, true)));
    }
    return misfit(0, 0, true) - least;
  }

  /** Holds the derivative of -2 log likelihood with respect to the lag of each piece. */
  private record Scores(double[] times, double[] values) {
    /** Returns the sum over all pieces of (value - mean value)^2 time^power. */
    double squares(int power) {
      double mean = 0;
      for (double value : values) {
        mean += value / values.length;
      }
      double sum = 0;
      for (int k = 0; k < values.length; k++) {
        double square = (values[k] - mean) * (values[k] - mean);
        sum += square * Math.pow(times[k], power);
      }
      return sum;
    }
  }

  private Scores scores(double offset, double change) {
    int size = kept.size();
    double[] times = new double[size];
    double[] values = new double[size];
    int k = 0;
    for (List<Piece> pieces : frequencies) {
      PowerColumns columns = pieces.get(0).columns;
      NormalEquations sums =
          sum(
              pieces.stream().map(piece -> piece.rows.at(at(piece, offset, change))).toList(),
              columns);
      double[] watts = new PowerSolver(columns).solve(sums).watts();
      double variance =
          Math.max(sums.squaredResiduals(watts), sums.minSquaredResiduals()) / sums.rows();
      for (Piece piece : pieces) {
        double lag = at(piece, offset, change);
        double rise =
            piece.rows.at(lag + DERIVATIVE_SECONDS).squaredResiduals(watts)
                - piece.rows.at(lag - DERIVATIVE_SECONDS).squaredResiduals(watts);
        times[k] = piece.time / halfLength;
        values[k++] = rise / (2 * DERIVATIVE_SECONDS * variance);
      }
    }
    return new Scores(times, values);
  }

  /**
   * Returns the statistic of a score test for a drift, in standard errors. If it is positive, a lag
   * that grows with time explains the readings better than a constant lag.
   *
   * @param offset constant lag minus the expected lag, in seconds
   */
  double score(double offset) {
    Scores scores = scores(offset, 0);
    double meanTime = 0;
    double meanValue = 0;
    int size = scores.values.length;
    for (int k = 0; k < size; k++) {
      meanTime += scores.times[k] / size;
      meanValue += scores.values[k] / size;
    }
    double sum = 0;
    double squares = 0;
    for (int k = 0; k < size; k++) {
      double product = (scores.times[k] - meanTime) * (scores.values[k] - meanValue);
      sum -= product;
      squares += product * product;
    }
    return squares > 0 ? sum / Math.sqrt(squares) : 0;
  }

  /**
   * Returns the most likely line with the given change of the lag.
   *
   * @param startOffset offset at which the search starts, in seconds
   * @param change change of the lag from the middle to the end, in seconds
   */
  Line withChange(double startOffset, double change) {
    double offset = minimum(startOffset, value -> misfit(value, change, false));
    return new Line(offset, change, misfit(offset, change, false), Double.POSITIVE_INFINITY);
  }

  /** Returns the most likely line near the line with the given offset and change. */
  Line refined(double startOffset, double startChange) {
    double offset = startOffset;
    double change = startChange;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      double fixedChange = change;
      offset = minimum(offset, value -> misfit(value, fixedChange, false));
      double fixedOffset = offset;
      change = minimum(change, value -> misfit(fixedOffset, value, false));
      if (Math.abs(change - fixedChange) < TOLERANCE_SECONDS) {
        break;
      }
    }
    double h = DERIVATIVE_SECONDS;
    double misfit = misfit(offset, change, false);
    double oPlus = misfit(offset + h, change, false);
    double oMinus = misfit(offset - h, change, false);
    double cPlus = misfit(offset, change + h, false);
    double cMinus = misfit(offset, change - h, false);
    double plus = misfit(offset + h, change + h, false);
    double minus = misfit(offset - h, change - h, false);
    double oo = (oPlus - 2 * misfit + oMinus) / (h * h);
    double cc = (cPlus - 2 * misfit + cMinus) / (h * h);
    double oc = (plus + minus - oPlus - oMinus - cPlus - cMinus + 2 * misfit) / (2 * h * h);
    return new Line(offset, change, misfit, stderr(offset, change, oo, cc, oc));
  }

  private static double minimum(double start, DoubleUnaryOperator misfit) {
    return LocalMinimum.of(
        start - REACH_SECONDS, start + REACH_SECONDS, start, 1e-6, TOLERANCE_SECONDS, misfit);
  }

  private double stderr(double offset, double change, double oo, double cc, double oc) {
    double determinant = oo * cc - oc * oc;
    if (!(oo > 0 && cc > 0 && determinant > 0)) {
      return Double.POSITIVE_INFINITY;
    }
    Scores scores = scores(offset, change);
    double variance =
        oc * oc * scores.squares(0) - 2 * oc * oo * scores.squares(1) + oo * oo * scores.squares(2);
    return Math.sqrt(Math.max(0, variance)) / determinant;
  }
}
