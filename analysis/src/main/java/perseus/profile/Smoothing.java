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
 * <p>Method: local regression with tricube weights. For each frequency, a straight line is fitted
 * to the values at the seven nearest frequencies. Each straight line is fitted three times. In the
 * second and third fit, values far from the line get smaller weights, so that single wrong values
 * have little effect. Times and energies of each instruction of each stage are smoothed separately.
 * Rows with different knobs (settings other than the frequency) are smoothed separately.
 *
 * <p>Complexity: O(n) fits of a line to seven values for n frequencies. Limits: an instruction with
 * fewer than seven frequencies is not smoothed. For some numbers of frequencies, such as 55, a line
 * is fitted to only six values because of rounding. Smoothing also flattens real jumps, such as a
 * jump at the frequency where a GPU changes its voltage. Smoothing is used only if the user asks
 * for it, because it can remove real jumps. Source: Cleveland, Robust locally weighted regression
 * and smoothing scatterplots, Journal of the American Statistical Association 74, 1979, as
 * implemented in Commons Math.
 */
final class Smoothing {
  /** Number of frequencies whose values determine one fitted line. */
  private static final double FREQUENCIES_OF_FIT = 7;

  private static final int ROBUSTNESS_PASSES = 2;

  /** Minimum smoothed time of an instruction, as a fraction of its measured time. */
  private static final double MIN_TIME_SHARE = 0.5;

  private Smoothing() {}

  /** Returns copies of {@code rows} with smoothed times and energies, possibly in another order. */
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
   * Smooths the times or the energies of the rows. The x values are the negative frequencies,
   * because Commons Math needs ascending x values, but the frequencies descend.
   */
  private static double[] smooth(List<ProfileRow> rows, ToDoubleFunction<ProfileRow> value) {
    return new LoessInterpolator(FREQUENCIES_OF_FIT / rows.size(), ROBUSTNESS_PASSES)
        .smooth(
            rows.stream().mapToDouble(row -> -row.frequencyMhz()).toArray(),
            rows.stream().mapToDouble(value).toArray());
  }
}
