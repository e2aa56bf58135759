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
 * Improves the powers fitted at one frequency with information from all other frequencies of the
 * same rank.
 *
 * <p>Problem: the iterations at one frequency often last only 3 s. The readings at one frequency
 * must also determine secondary quantities, for example the blocking power and the change of power
 * within an instruction. The errors of secondary quantities, such as the blocking power, increase
 * the errors of the computations' energies.
 *
 * <p>Method: a secondary quantity is modelled as a smooth function of the clock plus random
 * deviations:
 *
 * <pre>
 *   q_f = g(ln clock_f) + deviation_f + error_f
 *     q_f          value of the quantity, fitted at frequency f alone
 *     g            polynomial of degree 0 to 2
 *     deviation_f  random deviation, with the same variance at all frequencies
 *     error_f      error of the fitted value, with a known standard error
 * </pre>
 *
 * <p>The variance of the random deviations between frequencies is estimated with the method of
 * DerSimonian and Laird, plus one standard error. For each frequency, a polynomial in ln(clock) is
 * fitted to the values at all other frequencies by weighted least squares. For each secondary
 * quantity, the value of a polynomial in ln(clock) becomes one more equation for the powers ({@link
 * Known}). A secondary quantity that varies strongly between frequencies has a large variance, and
 * hardly changes the powers. The mean powers of computations are fitted only to the readings at
 * their own frequency.
 *
 * <p>Complexity: O(W^2) time for each secondary quantity at W frequencies.
 *
 * <p>Limits: a secondary quantity that was fitted at fewer than {@link #MIN_OTHERS} other
 * frequencies is not improved. Errors of improved powers at different frequencies are correlated,
 * which is ignored.
 *
 * <p>Source: empirical Bayes estimation (Efron and Morris, Journal of the American Statistical
 * Association 70, 1975); DerSimonian and Laird, Meta-analysis in clinical trials, Controlled
 * Clinical Trials 7, 1986.
 */
public final class SharedPowers {
  /** Minimum number of other frequencies from which a power is estimated. */
  private static final int MIN_OTHERS = 3;

  /** Minimum numbers of other frequencies for a polynomial of degree 1 and of degree 2. */
  private static final int[] OTHERS_FOR_DEGREE = {6, 12};

  /**
   * Maximum fraction of the energy at a frequency for an instruction whose power is estimated also
   * from other frequencies.
   */
  private static final double SMALL_SHARE = 0.05;

  private SharedPowers() {}

  /**
   * Holds an equation that states the value of a weighted sum of powers, with a standard error.
   *
   * @param weights weight of each power in the sum
   * @param watts value of the weighted sum in watts
   * @param stderrWatts standard error of the value in watts
   */
  record Known(double[] weights, double watts, double stderrWatts) {
    /**
     * Returns the weight of the equation's squared residual, relative to the weight of a reading.
     */
    double weight(double variance) {
      return variance / (stderrWatts * stderrWatts);
    }
  }

  /**
   * Holds a weighted sum of powers at one frequency, or the ratio of two weighted sums.
   *
   * @param weights weight of each power in the numerator
   * @param of weight of each power in the denominator; null for a denominator of 1
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

    /**
     * Returns the equation that fixes this weighted sum or ratio of powers to {@code value}, with
     * the standard error {@code stderr}.
     */
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
   * Fits the powers of a rank at each frequency again, with information from its other frequencies.
   *
   * @param fits fits of a rank, one for each frequency
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

  /** Adds the blocking power and other secondary quantities of one frequency. */
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
      // The powers of an instruction's sections, divided by their mean, have the mean 1,
      // so the last quotient follows from the others.
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
   * Estimates a weighted sum of powers at one frequency from the other frequencies; null if they
   * allow no estimate.
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
    // At the frequency whose power is estimated, the value of the polynomial equals its
    // constant term.
    double value = solution(inverse, x, values, variances)[0];
    double variance = deviation + inverse.getEntry(0, 0);
    return Double.isFinite(value) && variance > 0 ? own.known(value, Math.sqrt(variance)) : null;
  }

  /**
   * Returns the powers of ln(f / g) from 0 to {@code degree}, for the frequencies f and g of the
   * two fits.
   */
  private static double[] powers(WindowFit of, WindowFit reference, int degree) {
    double z = Math.log(of.frequencyMhz() / reference.frequencyMhz());
    double[] powers = new double[degree + 1];
    Arrays.setAll(powers, n -> Math.pow(z, n));
    return powers;
  }

  /**
   * Returns the variance of the values around a polynomial, beyond their known error variances. One
   * standard error of the variance is added to the variance, because a too small variance does more
   * harm than a too large one.
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
      // A small number is added to the diagonal, so that the matrix is regular even if all
      // frequencies are equal.
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
