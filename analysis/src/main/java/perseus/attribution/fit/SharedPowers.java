package perseus.attribution.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import perseus.attribution.activity.Activity;
import perseus.numeric.MetaRegression;
import perseus.pipeline.Instruction;

/**
 * Improves the powers fitted at one frequency with information from all other frequencies of the
 * same rank.
 *
 * <p>Problem: the recording at one frequency often lasts only 3 s. The few readings of 3 s show the
 * total energy of all computations well, but not how the energy is divided between forward and
 * backward. Many samples of a short forward lie near its start or end, and therefore show its power
 * badly.
 *
 * <p>Method: a quantity such as the blocking power is modelled as a smooth function of the clock
 * plus random deviations:
 *
 * <pre>
 *   q_f = g(ln clock_f) + deviation_f + error_f
 *     q_f          value of the quantity, fitted at frequency f alone
 *     g            polynomial of degree 0 to 2
 *     deviation_f  random deviation, with the same variance at all frequencies
 *     error_f      error of the fitted value, with a known standard error
 * </pre>
 *
 * <p>The modelled quantities are the blocking power, and the powers of instructions with little
 * energy. The power of a time section or unusual instance is modelled relative to the mean power of
 * its instruction. The mean powers of two computations, such as forward and backward, are modelled
 * by their ratio. For each frequency, {@link MetaRegression} fits a polynomial in ln(clock) to the
 * values at all other frequencies, and estimates the variance of the random deviations. The value
 * of each polynomial in ln(clock) becomes one more equation for the powers ({@link Known}). A
 * quantity that varies strongly between frequencies has a large variance, and hardly changes the
 * powers. A fitted power or ratio of powers changes by at most {@link #MAX_SHIFT} times its own
 * standard error (limited translation).
 *
 * <p>Complexity: O(W^2) time for each quantity at W frequencies.
 *
 * <p>Limits: a power that was fitted at fewer than {@link #MIN_OTHERS} other frequencies is not
 * improved. Errors of improved powers at different frequencies are correlated, which is ignored.
 *
 * <p>Source: empirical Bayes estimation (Efron and Morris, Journal of the American Statistical
 * Association 70, 1975); limited translation (the same authors, Journal of the American Statistical
 * Association 67, 1972).
 */
public final class SharedPowers {
  /** Minimum number of other frequencies from which a power is estimated. */
  private static final int MIN_OTHERS = 3;

  /**
   * To estimate a quantity at one frequency, a polynomial in ln(clock) is fitted to the values at
   * all other frequencies. A polynomial of degree 1 needs values at 6 other frequencies, and a
   * polynomial of degree 2 needs 12. With fewer other frequencies, the polynomial is a constant.
   */
  private static final int[] OTHERS_FOR_DEGREE = {6, 12};

  /**
   * An instruction has little energy if it uses at most this fraction of the energy at a frequency.
   */
  private static final double SMALL_SHARE = 0.05;

  /**
   * Maximum change of a fitted power or ratio of powers by the values at other frequencies, in
   * standard errors. Without a maximum, a power that really differs at one frequency could become
   * very wrong. An example is the power at the only frequency at which the GPU is at its power
   * limit.
   */
  private static final double MAX_SHIFT = 1;

  private SharedPowers() {}

  /**
   * Holds an equation that states the value of a weighted sum of powers, with a standard error.
   *
   * @param weights weight of each power in the weighted sum
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
    double mhz() {
      return fit.window().frequencyMhz();
    }

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

  /** Adds all quantities of one frequency that are modelled as smooth functions of the clock. */
  private static void addQuantities(WindowFit fit, TreeMap<String, List<Quantity>> quantities) {
    PowerColumns columns = fit.columns;
    String limited = columns.limit() < 0 ? "" : columns.limitedColumns().toString();
    add("", new Quantity(fit, unit(columns, PowerColumns.BLOCKING), null), quantities);
    addRatios(fit, quantities);
    for (int k = 0; k < columns.kinds().size(); k++) {
      Instruction kind = columns.kinds().get(k);
      Instruction typical = Activity.instruction(kind);
      int own = columns.kinds().indexOf(typical);
      boolean isSpecial = Activity.isSpecial(kind);
      boolean isAbsolute =
          own < 0 || Activity.isBetweenIterations(kind) || fit.energyShare(own) < SMALL_SHARE;
      double[] mean = isAbsolute ? null : mean(columns, own);
      // Each power of a time section is divided by the mean of all. The mean of the quotients is 1,
      // so the last one follows from the others.
      int free = isAbsolute || isSpecial ? columns.parts(k) : columns.parts(k) - 1;
      for (int part = 0; part < free; part++) {
        String name = kind.name() + " " + part + " " + columns.parts(k) + " " + limited;
        double[] weights = unit(columns, columns.firstColumn(k) + part);
        add(name, new Quantity(fit, weights, mean), quantities);
      }
    }
  }

  /**
   * For each further computation, adds its mean power divided by the mean power of the first
   * computation.
   */
  private static void addRatios(WindowFit fit, TreeMap<String, List<Quantity>> quantities) {
    int first = -1;
    List<Instruction> kinds = fit.columns.kinds();
    for (int k = 0; k < kinds.size(); k++) {
      if (!kinds.get(k).isComputation()
          || Activity.isSpecial(kinds.get(k))
          || fit.energyShare(k) < SMALL_SHARE) {
        continue;
      }
      if (first < 0) {
        first = k;
      } else {
        String name = kinds.get(first).name() + " : " + kinds.get(k).name();
        add(name, new Quantity(fit, fit.meanPower(k), fit.meanPower(first)), quantities);
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
   * Estimates a weighted sum of powers at one frequency from the other frequencies; null if an
   * estimate is not possible.
   */
  private static Known learnt(List<Quantity> same, int window) {
    List<Quantity> others = new ArrayList<>(same);
    Quantity own = others.remove(window);
    int degree = 0;
    for (int least : OTHERS_FOR_DEGREE) {
      degree += others.size() >= least ? 1 : 0;
    }
    double[] clocks = new double[others.size()];
    double[] values = new double[clocks.length];
    double[] variances = new double[clocks.length];
    for (int i = 0; i < clocks.length; i++) {
      Quantity other = others.get(i);
      clocks[i] = Math.log(other.mhz() / own.mhz());
      values[i] = other.value();
      variances[i] = Math.pow(other.stderr(), 2);
      if (!(variances[i] > 0) || !Double.isFinite(values[i])) {
        return null;
      }
    }
    MetaRegression.Prediction learnt = MetaRegression.atZero(clocks, values, variances, degree);
    double stderr = own.stderr();
    double distance = Math.abs(own.value() - learnt.value()) / stderr;
    // With the variance least, the fitted value changes by exactly MAX_SHIFT standard errors.
    double least = stderr * stderr * (distance / MAX_SHIFT - 1);
    double variance = Math.max(learnt.variance(), least);
    return Double.isFinite(learnt.value()) && variance > 0
        ? own.known(learnt.value(), Math.sqrt(variance))
        : null;
  }
}
