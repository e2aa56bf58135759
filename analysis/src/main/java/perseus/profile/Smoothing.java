package perseus.profile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.analysis.interpolation.LoessInterpolator;

/**
 * Reduces the noise in the times and energies of a stage profile by fitting smooth functions of the
 * frequency. Smoothing is useful for profiles from short recordings, in which times and energies
 * are noisy.
 *
 * <p>Problem: the times or energies y_i of an instruction at the frequencies f_i are a smooth
 * function of the frequency plus noise. Estimate this smooth function at each frequency f_i.
 *
 * <p>Method: local regression. For each frequency, a straight line is fitted to the values (times
 * or energies) at the seven nearest frequencies. In each fit, tricube weights give less weight to
 * values at distant frequencies. The smoothed value at a frequency is the value at this frequency
 * of the line that was fitted for this frequency. Each line is fitted three times. In the second
 * and third fit, values that are far from their previously fitted line get less weight, so that a
 * single wrong value has little effect. The times and the energies of a profile are smoothed
 * separately. The values of each instruction of each stage are smoothed separately. If a profile
 * has knobs (settings other than the frequency), the rows of each combination of knob values are
 * smoothed separately.
 *
 * <p>Complexity: for n frequencies, O(n) lines are fitted, each to seven values. Limits: the times
 * and energies of an instruction that has fewer than seven frequencies are not changed. If an
 * instruction has, for example, 55 frequencies, each line is fitted to the values at only six
 * frequencies because of a rounding error. Smoothing also flattens real jumps of time or energy,
 * such as the jump at the frequency where a GPU changes its voltage. Because it can remove real
 * jumps, smoothing is used only if the user asks for it. Source: Cleveland, Robust locally weighted
 * regression and smoothing scatterplots, Journal of the American Statistical Association 74, 1979,
 * as implemented in Commons Math.
 */
final class Smoothing {
  /** Number of frequencies whose values determine one fitted straight line. */
  private static final double FREQUENCIES_OF_FIT = 7;

  private static final int ROBUSTNESS_PASSES = 2;

  /** Minimum smoothed time of an instruction, as a fraction of its measured time. */
  private static final double MIN_TIME_SHARE = 0.5;

  private Smoothing() {}

  /**
   * Returns copies of {@code rows} with smoothed times and energies. The order of the returned rows
   * can differ from the order of {@code rows}.
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
   * Smooths either the times or the energies of the rows. The x-values of the fitted lines are the
   * negative frequencies, because Commons Math needs ascending x-values and the frequencies of the
   * rows descend.
   */
  private static double[] smooth(List<ProfileRow> rows, ToDoubleFunction<ProfileRow> value) {
    return new LoessInterpolator(FREQUENCIES_OF_FIT / rows.size(), ROBUSTNESS_PASSES)
        .smooth(
            rows.stream().mapToDouble(row -> -row.frequencyMhz()).toArray(),
            rows.stream().mapToDouble(value).toArray());
  }
}
