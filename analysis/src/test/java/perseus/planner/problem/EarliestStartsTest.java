package perseus.planner.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;
import static perseus.pipeline.Instruction.LOAD;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Schedules;
import perseus.planner.RandomProblems;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

class EarliestStartsTest {
  @Test
  void startsAreAsEarlyAsThePredecessorsAllow() {
    Random random = new Random(7);
    IterationDag dag =
        Schedules.ONE_FORWARD_ONE_BACKWARD.dag(
            4, 6, Collections.nCopies(4, Set.of(LOAD)), new double[] {0.3, 0.3, 0.3});
    double[] durations = random.doubles(dag.size(), 0.1, 2).toArray();
    EarliestStarts starts = EarliestStarts.of(dag, durations);
    double end = 0;
    for (int j = 0; j < dag.size(); j++) {
      double ready = 0;
      for (int p : dag.predecessors(j)) {
        boolean same = dag.operations().get(p).stage() == dag.operations().get(j).stage();
        assertThat(dag.transferSeconds(p, j)).isEqualTo(same ? 0 : 0.3);
        ready = Math.max(ready, starts.startSeconds(p) + durations[p] + (same ? 0 : 0.3));
      }
      assertThat(starts.startSeconds(j)).isCloseTo(ready, within(1e-12));
      end = Math.max(end, ready + durations[j]);
    }
    assertThat(starts.makespanSeconds()).isEqualTo(end);
  }

  @Test
  void changeOfClockDelaysTheNextComputationOfTheRank() {
    List<ProfileRow> rows = new ArrayList<>();
    for (int s = 0; s < 2; s++) {
      for (int frequency : new int[] {1410, 1200}) {
        rows.add(new ProfileRow(s, FORWARD, frequency, 1, frequency));
        rows.add(new ProfileRow(s, BACKWARD, frequency, 2, frequency));
      }
    }
    PlanningProblem problem =
        PlanningProblem.of(
                new StageProfile(rows, ProfileNotes.none("a test")),
                Schedules.ONE_FORWARD_ONE_BACKWARD,
                1,
                new double[] {50, 50})
            .withSwitchCost(0.25);
    // The operations are the forwards of stages 0 and 1 and the backwards of stages 1 and 0. Only
    // stage 1 changes its clock between forward and backward.
    int[] frequencies = {1410, 1410, 1200, 1410};
    EarliestStarts starts =
        EarliestStarts.of(problem, j -> problem.options(j).fastestAt(frequencies[j]).orElseThrow());
    double[] expected = {0, 1, 2.25, 4.25};
    for (int j = 0; j < expected.length; j++) {
      assertThat(starts.startSeconds(j)).isEqualTo(expected[j]);
    }
    assertThat(starts.makespanSeconds()).isEqualTo(6.25);
    assertThat(starts.iterationSeconds()).isEqualTo(6.25);
    assertThat(starts.longestPath()).containsExactly(3, 2, 1, 0);
  }

  @Test
  void changeBetweenIterationsCounts() {
    List<ProfileRow> rows = new ArrayList<>();
    for (int frequency : new int[] {1410, 1200}) {
      rows.add(new ProfileRow(0, FORWARD, frequency, 1, frequency));
      rows.add(new ProfileRow(0, BACKWARD, frequency, 2, frequency));
    }
    PlanningProblem problem =
        PlanningProblem.of(
                new StageProfile(rows, ProfileNotes.none("a test")),
                Schedules.ONE_FORWARD_ONE_BACKWARD,
                1,
                new double[] {50})
            .withSwitchCost(0.25);
    int[] frequencies = {1410, 1200};
    EarliestStarts starts =
        EarliestStarts.of(problem, j -> problem.options(j).fastestAt(frequencies[j]).orElseThrow());
    assertThat(starts.makespanSeconds()).isEqualTo(3.25);
    assertThat(starts.iterationSeconds()).isEqualTo(3.5);
    assertThat(starts.longestPath()).containsExactly(1, 0);
  }

  @Property(tries = 100)
  void longestPathHasNoGapsAndFillsTheMakespan(@ForAll @LongRange(min = 0) long seed) {
    Random random = new Random(seed);
    PlanningProblem problem =
        RandomProblems.problem(seed, 4, 6, 6).withSwitchCost(random.nextInt(2) * 0.01);
    ProfileRow[] choices = new ProfileRow[problem.dag().size()];
    for (int j = 0; j < choices.length; j++) {
      ExecutionOptions options = problem.options(j);
      choices[j] = options.measured().get(random.nextInt(options.measured().size()));
    }
    EarliestStarts starts = EarliestStarts.of(problem, j -> choices[j]);
    List<Integer> path = starts.longestPath();
    double time = 0;
    for (int i = path.size() - 1; i >= 0; i--) {
      int j = path.get(i);
      assertThat(starts.startSeconds(j)).isCloseTo(time, within(1e-12));
      time += choices[j].timeSeconds();
      if (i > 0) {
        time += wait(problem, choices, j, path.get(i - 1));
      }
    }
    if (starts.iterationSeconds() == starts.makespanSeconds()) {
      assertThat(starts.makespanSeconds()).isCloseTo(time, within(1e-12));
    }
    assertThat(Plan.of(problem, j -> choices[j]).timeSeconds())
        .isEqualTo(starts.iterationSeconds());
  }

  /**
   * Returns the time in seconds from the end of an operation to the start of the next operation on
   * a longest path.
   */
  private static double wait(PlanningProblem problem, ProfileRow[] choices, int before, int next) {
    double wait = -1;
    for (int p : problem.dag().predecessors(next)) {
      if (p == before) {
        wait = problem.dag().transferSeconds(p, next);
      }
    }
    boolean changes = choices[before].frequencyMhz() != choices[next].frequencyMhz();
    if (problem.clockBefore(next) == before && changes) {
      wait = Math.max(wait, problem.switchCost().maxSeconds());
    }
    assertThat(wait).as("%d waits for %d", next, before).isNotNegative();
    return wait;
  }
}
