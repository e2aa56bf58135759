package perseus.profile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.analysis.interpolation.LoessInterpolator;

/**
 * Reduces the noise in the times and energies of a profile by fitting smooth functions of the
 * frequency. Smoothing is useful for short recordings, in which times and energies are noisy.
 *
 * <p>Problem: the values y_i of an instruction at the frequencies f_i are a smooth function of the
 * frequency plus noise. Estimate this function at each f_i.
 *
 * <p>Method: local regression. For each frequency, a straight line is fitted to the values at the
 * seven nearest frequencies. Tricube weights give less weight to distant frequencies. The smoothed
 * value at a frequency is the value of its line at this frequency. Two further passes lower the
 * weights of values with large residuals, so that a single wrong value has little effect. Times and
 * energies are smoothed separately. Each instruction of each stage is smoothed separately. If a
 * profile has knobs other than the frequency, each combination of their values is smoothed
 * separately.
 *
 * <p>Complexity: for n frequencies, O(n) lines are fitted, each to seven values. Limits: values at
 * fewer than seven frequencies are not changed. For some numbers of frequencies, such as 55, each
 * fit has only six frequencies because of rounding. Smoothing also flattens real jumps, such as the
 * jump at the frequency where a GPU changes its voltage. Because it can remove real jumps,
 * smoothing is used only if the user asks for it. Source: Cleveland, Robust locally weighted
 * regression and smoothing scatterplots, Journal of the American Statistical Association 74, 1979,
 * as implemented in Commons Math.
 */
final class Smoothing {
  /** Number of frequencies in each local fit. */
  private static final double FREQUENCIES_OF_FIT = 7;

  private static final int ROBUSTNESS_PASSES = 2;

  /** Minimum smoothed time, as a fraction of the measured time. */
  private static final double MIN_TIME_SHARE = 0.5;

  private Smoothing() {}

  /**
   * Returns copies of {@code rows} with smoothed times and energies. The order of the rows may
   * change.
   */
  static List<ProfileRow> of(List<ProfileRow> rows) {
    Map<List<Object>, List<ProfileRow>> curves = new LinkedHashMap<>();
    for (ProfileRow row : rows) {
      curves
          .computeIfAbsent(
              List.of(row.stage(), row.instruction(), row.knobs()), key -> new ArrayList<>())
          .add(row);
    }
    List<ProfileRow> smoothed = new ArrayList<>();
    curves.values().forEach(curve -> smoothed.addAll(smoothedCurve(curve)));
    return smoothed;
  }

  private static List<ProfileRow> smoothedCurve(List<ProfileRow> rows) {
    if (rows.size() < FREQUENCIES_OF_FIT) {
      return rows;
    }
    double[] seconds = smooth(rows, ProfileRow::timeSeconds);
    double[] joules = smooth(rows, ProfileRow::energyJoules);
    List<ProfileRow> smoothed = new ArrayList<>();
    for (int i = 0; i < seconds.length; i++) {
      ProfileRow row = rows.get(i);
      smoothed.add(
          new ProfileRow(
              row.stage(),
              row.instruction(),
              row.frequencyMhz(),
              Math.max(seconds[i], MIN_TIME_SHARE * row.timeSeconds()),
              Math.max(joules[i], 0),
              row.knobs(),
              row.quality()));
    }
    return smoothed;
  }

  /**
   * Smooths one value of the rows, such as the time. The x-values of the fit are the negative
   * frequencies, because the library needs ascending x-values and the frequencies of the rows
   * descend.
   */
  private static double[] smooth(List<ProfileRow> rows, ToDoubleFunction<ProfileRow> value) {
    return new LoessInterpolator(FREQUENCIES_OF_FIT / rows.size(), ROBUSTNESS_PASSES)
        .smooth(
            rows.stream().mapToDouble(row -> -row.frequencyMhz()).toArray(),
            rows.stream().mapToDouble(value).toArray());
  }
}
