package perseus.profile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.analysis.interpolation.LoessInterpolator;

/**
 * Times and energies drawn towards those of neighbouring frequencies, for recordings so short that
 * a curve over frequency jumps up and down: Cleveland's local regression (1979) over seven
 * frequencies, robust against a single bad one. It also flattens what is real, such as a step where
 * a GPU changes its voltage, so it is off unless asked for.
 */
final class Smoothing {
  /** Frequencies that one smoothed value rests on. */
  private static final double REACH = 7;

  private static final int ROBUSTNESS = 2;

  private Smoothing() {}

  /** {@code rows} with each (stage, instruction) of seven frequencies and more smoothed. */
  static List<ProfileRow> of(List<ProfileRow> rows) {
    Map<List<Object>, List<ProfileRow>> curves = new LinkedHashMap<>();
    for (ProfileRow row : rows) {
      curves
          .computeIfAbsent(
              List.of(row.stage(), row.instruction(), row.knobs()), key -> new ArrayList<>())
          .add(row);
    }
    List<ProfileRow> smoothed = new ArrayList<>();
    curves.values().forEach(curve -> smoothed.addAll(curve(curve)));
    return smoothed;
  }

  private static List<ProfileRow> curve(List<ProfileRow> rows) {
    if (rows.size() < REACH) {
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
              Math.max(seconds[i], 0.5 * row.timeSeconds()),
              Math.max(joules[i], 0),
              row.knobs(),
              row.quality()));
    }
    return smoothed;
  }

  /** Smoothed values over minus the frequency, which rises, since rows fall. */
  private static double[] smooth(List<ProfileRow> rows, ToDoubleFunction<ProfileRow> value) {
    return new LoessInterpolator(REACH / rows.size(), ROBUSTNESS)
        .smooth(
            rows.stream().mapToDouble(row -> -row.frequencyMhz()).toArray(),
            rows.stream().mapToDouble(value).toArray());
  }
}
