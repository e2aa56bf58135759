package perseus.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import perseus.chart.kind.TimelineChart.Box;
import perseus.pipeline.Instruction;
import perseus.pipeline.Schedules;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/**
 * Tests that charts of plans state the numbers of stages, ranks and GPUs to which their values
 * belong.
 */
class PlanHeadingTest {
  private static StageProfile profile(int stages, List<Integer> gpus) {
    List<ProfileRow> rows = new ArrayList<>();
    for (int stage = 0; stage < stages; stage++) {
      rows.add(new ProfileRow(stage, Instruction.FORWARD, 1410, 0.1, 20));
      rows.add(new ProfileRow(stage, Instruction.BACKWARD, 1410, 0.2, 40));
    }
    return new StageProfile(
        rows, ProfileNotes.none("test").withBlocking(Collections.nCopies(stages, 70.0), gpus));
  }

  private static String subtitle(PlanningProblem problem, StageProfile profile) {
    return PlanHeading.of("An iteration", profile.notes(), problem).subtitle();
  }

  @Test
  void interleavedStagesAreCountedOnTheirRanks() {
    StageProfile profile = profile(4, List.of(1, 1, 1, 1));
    PlanningProblem problem = PlanningProblem.of(profile, Schedules.of("interleaved:2"), 2);
    assertThat(subtitle(problem, profile)).contains("4 stages on 2 ranks").doesNotContain("GPUs");
    assertThat(PlanHeading.perIteration(profile.notes(), problem).title("energy", "J"))
        .isEqualTo("energy (J)");
  }

  @Test
  void boxesOfInterleavedStagesSayTheirChunk() {
    StageProfile profile = profile(4, List.of(1, 1, 1, 1));
    PlanningProblem problem = PlanningProblem.of(profile, Schedules.of("interleaved:2"), 2);
    List<Box> boxes = TimelineKind.boxes(problem, Plan.allMax(problem));
    assertThat(boxes).extracting(Box::lane).containsOnly(0, 1);
    // Each rank has two forwards and two backwards of each of its chunks (stages).
    for (int chunk : new int[] {0, 1}) {
      assertThat(boxes).filteredOn(box -> box.chunk() == chunk).hasSize(8);
    }
    StageProfile plain = profile(2, List.of(1, 1));
    PlanningProblem oneStageEach = PlanningProblem.of(plain, Schedules.of("1f1b"), 2);
    assertThat(TimelineKind.boxes(oneStageEach, Plan.allMax(oneStageEach)))
        .extracting(Box::chunk)
        .containsOnly(-1);
  }

  @Test
  void sumsOverGpusAreNamed() {
    StageProfile profile = profile(2, List.of(2, 2));
    PlanningProblem problem = PlanningProblem.of(profile, Schedules.of("1f1b"), 2);
    assertThat(subtitle(problem, profile)).contains("2 GPUs per stage");
    assertThat(PlanHeading.perRank(profile.notes()).title("energy", "J"))
        .isEqualTo("energy of 2 GPUs (J)");
    assertThat(PlanHeading.perIteration(profile.notes(), problem).title("energy", "J"))
        .isEqualTo("energy of 4 GPUs (J)");
  }

  @Test
  void chartsOfProfilesWithSeveralGpusAreDrawn() {
    StageProfile profile = profile(2, List.of(2, 2));
    PlanningProblem problem = PlanningProblem.of(profile, Schedules.of("1f1b"), 2);
    assertThat(
            TimelineKind.chart(profile.notes(), problem, Map.of("plan", Plan.allMax(problem)))
                .image()
                .getWidth())
        .isGreaterThan(1000);
    assertThat(ProfileKind.chart(profile, problem, 1).image().getWidth()).isGreaterThan(1000);
  }
}
