package perseus.attribution.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import perseus.attribution.activity.Activity;
import perseus.pipeline.Instruction;

/**
 * Lets the windows of a rank help each other: what changes slowly with the clock is learnt from all
 * other windows, so that a window of few seconds needs to determine only the mean powers of its
 * computations.
 *
 * <p>Problem: a window of a rank (all iterations at one frequency) often lasts only 3 s. Its
 * readings must determine the mean power of each kind of computation, but also quantities of less
 * interest: the blocking power, the powers of short activities, how the power changes within an
 * instruction, and how special instances differ from typical instances. The energies of the
 * computations take over the errors of these quantities.
 *
 * <p>Method: each quantity q is a smooth function of the clock, plus a deviation of each window
 * with the variance v:
 *
 * <pre>
 *   q_w = g(log clock_w) + deviation_w + error_w
 * </pre>
 *
 * <p>Each window is first fitted alone, which gives q_w and the standard error of error_w. The
 * variance v is estimated with the method of DerSimonian and Laird, plus one standard error of the
 * estimate. For each window, g is fitted to all other windows by weighted least squares, as a
 * polynomial of degree 0 to 2. Then g at the window's clock is one more equation for its powers,
 * with the variance v plus the variance of g ({@link Known}). So a quantity that the windows do not
 * share has a large v, and changes nothing. The mean powers of computations are not shared.
 *
 * <p>Complexity: O(W^2) for W windows and each quantity.
 *
 * <p>Limits: with fewer than {@link #MIN_OTHERS} other windows, nothing is shared. Errors of
 * different windows are then correlated; this is ignored.
 *
 * <p>Source: empirical Bayes estimation (Efron and Morris, Journal of the American Statistical
 * Association 70, 1975); DerSimonian and Laird, Meta-analysis in clinical trials, Controlled
 * Clinical Trials 7, 1986.
 */
public final class SharedPowers {
  /** Least number of other windows from which a quantity is learnt. */
  private static final int MIN_OTHERS = 3;

  /** Least numbers of other windows for a polynomial of degree 1 and 2. */
  private static final int[] OTHERS_FOR_DEGREE = {6, 12};

  /** Activities with a smaller share of the energy of a window have shared powers. */
  private static final double SMALL_SHARE = 0.05;

  private SharedPowers() {}

  /**
   * One more equation for the powers: their weighted sum is known, up to a standard error.
   *
   * @param weights weight of each power
   * @param watts weighted sum of the powers, in watts
   * @param stderrWatts standard error of {@code watts}
   */
  record Known(double[] weights, double watts, double stderrWatts) {
    /** Returns the weight of the squared difference, relative to that of a reading. */
    double weight(double variance) {
      return variance / (stderrWatts * stderrWatts);
    }
  }

  /**
   * A quantity of one window.
   *
   * @param weights weights of the powers, whose sum is the quantity; if {@code of} is not null, the
   *     quantity is the ratio of this sum to the power of {@code of}
   * @param of weights of the powers whose sum is a mean power; null if the quantity is in watts
   */
  private record Quantity(WindowFit fit, double[] weights, double[] of) {
    double value() {
      double value = fit.watts(weights);
      return of == null ? value : value / fit.watts(of);
    }

    double stderr() {
      double value = value();
      double[] gradient = weights.clone();
      if (of != null) {
        double watts = fit.watts(of);
        Arrays.setAll(gradient, c -> (weights[c] - value * of[c]) / watts);
      }
      return fit.stderrWatts(gradient);
    }

    /** Returns the equation that the quantity has a known value, up to a standard error. */
    Known known(double value, double stderr) {
      if (of == null) {
        return new Known(weights, value, stderr);
      }
      double[] difference = weights.clone();
      Arrays.setAll(difference, c -> weights[c] - value * of[c]);
      return new Known(difference, 0, stderr * fit.watts(of));
    }
  }

  /**
   * Fits the windows of a rank again with what they share.
   *
   * @param fits fits of the windows, each one alone
   */
  public static List<WindowFit> of(List<WindowFit> fits) {
    List<List<Known>> known = new ArrayList<>();
    TreeMap<String, List<Quantity>> quantities = new TreeMap<>();
    for (WindowFit fit : fits) {
      known.add(new ArrayList<>());
      addQuantities(fit, quantities);
    }
    for (List<Quantity> same : quantities.values()) {
      for (int w = 0; w < same.size() && same.size() > MIN_OTHERS; w++) {
        Known learnt = learnt(same, w);
        if (learnt != null) {
          known.get(fits.indexOf(same.get(w).fit)).add(learnt);
        }
      }
    }
    List<WindowFit> shared = new ArrayList<>();
    for (int w = 0; w < known.size(); w++) {
      shared.add(known.get(w).isEmpty() ? fits.get(w) : fits.get(w).with(known.get(w)));
    }
    return shared;
  }

  /** Adds the quantities of a window to those of other windows with the same names. */
  private static void addQuantities(WindowFit fit, TreeMap<String, List<Quantity>> quantities) {
    PowerColumns columns = fit.columns();
    String limited = columns.limit() < 0 ? "" : columns.limitedColumns().toString();
    add("", new Quantity(fit, unit(columns, PowerColumns.BLOCKING), null), quantities);
    for (int k = 0; k < columns.kinds().size(); k++) {
      Instruction kind = columns.kinds().get(k);
      Instruction typical = Activity.instruction(kind);
      int own = columns.kinds().indexOf(typical);
      boolean isSpecial = Activity.isSpecial(kind);
      boolean isAbsolute =
          own < 0 || Activity.isBetweenIterations(kind) || fit.energyShare(own) < SMALL_SHARE;
      double[] mean = isAbsolute ? null : mean(columns, own);
      // The ratios of all parts of a typical instance have the mean 1, so the last one is not free.
      int free = isAbsolute || isSpecial ? columns.parts(k) : columns.parts(k) - 1;
      for (int part = 0; part < free; part++) {
        String name = kind.name() + " " + part + " " + columns.parts(k) + " " + limited;
        double[] weights = unit(columns, columns.firstColumn(k) + part);
        add(name, new Quantity(fit, weights, mean), quantities);
      }
    }
  }

  private static void add(
      String name, Quantity quantity, TreeMap<String, List<Quantity>> quantities) {
    quantities.computeIfAbsent(name, key -> new ArrayList<>()).add(quantity);
  }

  private static double[] unit(PowerColumns columns, int column) {
    double[] weights = new double[columns.size()];
    weights[column] = 1;
    return weights;
  }

  private static double[] mean(PowerColumns columns, int kind) {
    double[] weights = new double[columns.size()];
    int first = columns.firstColumn(kind);
    Arrays.fill(weights, first, first + columns.parts(kind), 1.0 / columns.parts(kind));
    return weights;
  }

  /**
   * Returns what all other windows say about the quantity of a window; null if they say nothing.
   */
  private static Known learnt(List<Quantity> same, int window) {
    List<Quantity> others = new ArrayList<>(same);
    Quantity own = others.remove(window);
    int degree = 0;
    for (int least : OTHERS_FOR_DEGREE) {
      degree += others.size() >= least ? 1 : 0;
    }
    double[][] x = new double[others.size()][degree + 1];
    double[] values = new double[x.length];
    double[] variances = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = powers(others.get(i).fit, own.fit, degree);
      values[i] = others.get(i).value();
      variances[i] = Math.pow(others.get(i).stderr(), 2);
      if (!(variances[i] > 0) || !Double.isFinite(values[i])) {
        return null;
      }
    }
    double deviation = varianceOfDeviations(x, values, variances);
    for (int i = 0; i < x.length; i++) {
      variances[i] += deviation;
    }
    RealMatrix inverse = inverse(x, variances);
    // At the clock of the window itself, all powers of the logarithm except the first one are 0.
    double value = solution(inverse, x, values, variances)[0];
    double variance = deviation + inverse.getEntry(0, 0);
    return Double.isFinite(value) && variance > 0 ? own.known(value, Math.sqrt(variance)) : null;
  }

  /** Returns 1, z, ..., where z is the logarithm of the ratio of two clocks. */
  private static double[] powers(WindowFit of, WindowFit reference, int degree) {
    double z = Math.log(of.frequencyMhz() / reference.frequencyMhz());
    double[] powers = new double[degree + 1];
    Arrays.setAll(powers, n -> Math.pow(z, n));
    return powers;
  }

  /**
   * Returns the variance of the deviations from the polynomial, apart from the known errors. One
   * standard error of the estimate is added, because too small a variance would be worse than too
   * large a one.
   */
  private static double varianceOfDeviations(double[][] x, double[] values, double[] variances) {
    RealMatrix inverse = inverse(x, variances);
    double[] polynomial = solution(inverse, x, values, variances);
    double chiSquared = 0;
    double information = 0;
    for (int i = 0; i < x.length; i++) {
      double residual = values[i] - NormalEquations.dot(x[i], polynomial);
      double leverage = NormalEquations.dot(x[i], inverse.operate(x[i])) / variances[i];
      chiSquared += residual * residual / variances[i];
      information += (1 - leverage) / variances[i];
    }
    int free = x.length - x[0].length;
    return Math.max(0, chiSquared - free + Math.sqrt(2.0 * free)) / information;
  }

  private static RealMatrix inverse(double[][] x, double[] variances) {
    int n = x[0].length;
    double[][] matrix = new double[n][n];
    for (int i = 0; i < x.length; i++) {
      for (int a = 0; a < n; a++) {
        for (int b = 0; b < n; b++) {
          matrix[a][b] += x[i][a] * x[i][b] / variances[i];
        }
      }
    }
    for (int a = 0; a < n; a++) {
      // Equal clocks determine no slope.
      matrix[a][a] += 1e-9 * matrix[0][0];
    }
    return new CholeskyDecomposition(new Array2DRowRealMatrix(matrix, false), 1e-6, 0)
        .getSolver()
        .getInverse();
  }

  private static double[] solution(
      RealMatrix inverse, double[][] x, double[] values, double[] variances) {
    double[] right = new double[x[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int a = 0; a < right.length; a++) {
        right[a] += x[i][a] * values[i] / variances[i];
      }
    }
    return inverse.operate(right);
  }
}
