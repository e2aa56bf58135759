package perseus.planner.switching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import perseus.planner.problem.ExecutionOptions;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileRow;

/**
 * Numbers the settings of a problem. A setting is a frequency. If an operation has several
 * Pareto-optimal options at a frequency, each option has its own setting. Settings are numbered in
 * rising order of frequency. Objects of this class are immutable.
 */
final class ClockSettings {
  private final Setting[] sorted;

  /**
   * The option (frequency) of each operation at each setting; null if the operation has no such
   * option.
   */
  private final ProfileRow[][] rows;

  /** Identifies a setting by a frequency in MHz and the number of an option at this frequency. */
  private record Setting(int frequencyMhz, int variant) implements Comparable<Setting> {
    @Override
    public int compareTo(Setting other) {
      int byFrequency = Integer.compare(frequencyMhz, other.frequencyMhz);
      return byFrequency != 0 ? byFrequency : Integer.compare(other.variant, variant);
    }
  }

  ClockSettings(PlanningProblem problem) {
    Map<ExecutionOptions, Map<Setting, ProfileRow>> known = new IdentityHashMap<>();
    List<Setting> all = new ArrayList<>();
    rows = new ProfileRow[problem.dag().size()][];
    for (int j = 0; j < rows.length; j++) {
      ExecutionOptions options = problem.options(j);
      if (!known.containsKey(options)) {
        Map<Setting, ProfileRow> bySetting = bySetting(options);
        known.put(options, bySetting);
        all.addAll(bySetting.keySet());
      }
    }
    sorted = all.stream().distinct().sorted().toArray(Setting[]::new);
    for (int j = 0; j < rows.length; j++) {
      Map<Setting, ProfileRow> bySetting = known.get(problem.options(j));
      rows[j] = Arrays.stream(sorted).map(bySetting::get).toArray(ProfileRow[]::new);
    }
  }

  private static Map<Setting, ProfileRow> bySetting(ExecutionOptions options) {
    Map<Setting, ProfileRow> bySetting = new HashMap<>();
    for (ProfileRow row : options.atEveryFrequency()) {
      int variant = 0;
      while (bySetting.putIfAbsent(new Setting(row.frequencyMhz(), variant), row) != null) {
        variant++;
      }
    }
    return bySetting;
  }

  /** Returns the number of settings (frequencies). */
  int count() {
    return sorted.length;
  }

  /** Returns the frequency of a setting in MHz. */
  int frequencyMhz(int setting) {
    return sorted[setting].frequencyMhz;
  }

  /**
   * Returns the numbers of the settings at which operation j has an option (frequency), in rising
   * order.
   */
  int[] of(int j) {
    return IntStream.range(0, sorted.length).filter(s -> rows[j][s] != null).toArray();
  }

  /** Returns the option of operation j at a setting (frequency); null if there is none. */
  ProfileRow row(int j, int setting) {
    return rows[j][setting];
  }

  /**
   * Returns the number of the setting for an option (row of the profile). If another option at the
   * same frequency is faster and uses less energy, the method returns the setting of this other
   * option.
   */
  int nearest(int j, ProfileRow row) {
    int found = PlanningProblem.NONE;
    for (int s = 0; s < sorted.length; s++) {
      ProfileRow option = rows[j][s];
      if (option == row) {
        return s;
      }
      if (option != null
          && option.frequencyMhz() == row.frequencyMhz()
          && option.timeSeconds() <= row.timeSeconds()) {
        found = s;
      }
    }
    return found;
  }
}
