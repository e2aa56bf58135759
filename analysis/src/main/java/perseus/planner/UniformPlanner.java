package perseus.planner;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import perseus.profile.ProfileRow;
import perseus.recording.InputException;

/**
 * One frequency for every computation of the iteration, each of the frequencies that all of them
 * have in turn.
 */
final class UniformPlanner {
  private UniformPlanner() {}

  /**
   * A plan for each frequency that every computation was measured at, highest frequency first.
   *
   * @throws InputException if there is no such frequency
   */
  static List<Plan> plans(PlanningProblem problem) {
    TreeSet<Integer> frequencies = new TreeSet<>(Comparator.reverseOrder());
    for (int j = 0; j < problem.dag().size(); j++) {
      frequencies.addAll(problem.options(j).frequencies());
    }
    List<Plan> plans = new ArrayList<>();
    for (int frequency : frequencies) {
      at(problem, frequency).ifPresent(plans::add);
    }
    if (plans.isEmpty()) {
      throw new InputException(
          "The planner uniform needs a frequency at which all computations were profiled.");
    }
    return plans;
  }

  private static Optional<Plan> at(PlanningProblem problem, int frequency) {
    Map<OptionSet, ProfileRow> choices = new IdentityHashMap<>();
    for (int j = 0; j < problem.dag().size(); j++) {
      OptionSet set = problem.options(j);
      if (!choices.containsKey(set)) {
        boolean fixed = !problem.dag().operations().get(j).instruction().isComputation();
        Optional<ProfileRow> row = fixed ? Optional.of(set.allMax()) : set.fastestAt(frequency);
        if (row.isEmpty()) {
          return Optional.empty();
        }
        choices.put(set, row.get());
      }
    }
    return Optional.of(Plan.of(problem, j -> choices.get(problem.options(j))));
  }
}
