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
 * Gives an index to each frequency that operations of a problem can have, in rising order. Several
 * Pareto-optimal rows of the profile at one frequency get several indices. Objects of this class
 * are immutable.
 */
final class ClockSettings {
  private final Setting[] sorted;

  /**
   * Row of the profile for each operation and each index of a frequency; null if there is no row.
   */
  private final ProfileRow[][] rows;

  /**
   * Identifies a frequency by its value in MHz and by the index of a profile row at this frequency.
   */
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

  int count() {
    return sorted.length;
  }

  /** Returns the frequency in MHz with the given index. */
  int frequencyMhz(int setting) {
    return sorted[setting].frequencyMhz;
  }

  /** Returns the indices of the frequencies that operation j can have, in rising order. */
  int[] of(int j) {
    return IntStream.range(0, sorted.length).filter(s -> rows[j][s] != null).toArray();
  }

  /**
   * Returns the row of the profile of operation j for the index of a frequency; null if there is no
   * row.
   */
  ProfileRow row(int j, int setting) {
    return rows[j][setting];
  }

  /**
   * Returns the index of the frequency of a row of the profile. A row without an index gets the
   * index of another row at the same frequency that is at least as fast.
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
