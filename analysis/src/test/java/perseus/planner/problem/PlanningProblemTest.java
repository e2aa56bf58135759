package perseus.planner.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.pipeline.Schedules;
import perseus.planner.Planners;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

class PlanningProblemTest {
  @TempDir private Path directory;

  private static StageProfile profile(ProfileNotes notes) {
    List<ProfileRow> rows = new ArrayList<>();
    for (int s = 0; s < 2; s++) {
      for (int frequency : new int[] {1410, 1200, 1000}) {
        double seconds = 141.0 / frequency;
        double joules = 0.02 * frequency;
        rows.add(new ProfileRow(s, FORWARD, frequency, seconds, joules));
        rows.add(new ProfileRow(s, BACKWARD, frequency, 2 * seconds, 2 * joules));
      }
    }
    return new StageProfile(rows, notes);
  }

  @Test
  void threeLinesPlanAProfile() {
    Path csv = directory.resolve("profile.csv");
    profile(ProfileNotes.none("a test").withBlocking(List.of(60.0, 60.0), List.of(1, 1)))
        .write(csv);

    PlanningProblem problem = PlanningProblem.of(StageProfile.read(csv), Schedules.of("1f1b"), 8);
    Frontier frontier = Planners.PERSEUS.plan(problem);
    List<Plan> plans = frontier.plans();

    assertThat(plans).hasSizeGreaterThan(1);
    Plan allMax = Plan.allMax(problem);
    Plan fastest = plans.get(plans.size() - 1);
    assertThat(fastest.timeSeconds()).isLessThanOrEqualTo(allMax.timeSeconds());
    assertThat(fastest.energyJoules()).isLessThan(allMax.energyJoules());
  }

  @Test
  void blockingPowerOfTheNotesCountsOncePerGpu() {
    ProfileNotes perStage =
        ProfileNotes.none("a test").withBlocking(List.of(60.0, 70.0), List.of(2, 1));
    PlanningProblem problem = PlanningProblem.of(profile(perStage), Schedules.GPIPE, 2);
    assertThat(problem.blockingWatts(0)).isEqualTo(120);
    assertThat(problem.blockingWatts(1)).isEqualTo(70);
    assertThat(problem.totalBlockingWatts()).isEqualTo(190);
    assertThat(problem.warnings()).isEmpty();
  }

  @Test
  void oneBlockingPowerInTheNotesHoldsForAllStages() {
    ProfileNotes none = ProfileNotes.none("a test");
    ProfileNotes one =
        new ProfileNotes(
            none.schemaVersion(),
            none.source(),
            null,
            null,
            null,
            null,
            65.0,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of());
    PlanningProblem problem = PlanningProblem.of(profile(one), Schedules.GPIPE, 2);
    assertThat(problem.blockingWatts(0)).isEqualTo(65);
    assertThat(problem.blockingWatts(1)).isEqualTo(65);
  }

  @Test
  void notesWithoutBlockingPowerAreRefused() {
    StageProfile profile = profile(ProfileNotes.none("profile.csv"));
    assertThatThrownBy(() -> PlanningProblem.of(profile, Schedules.GPIPE, 2))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("profile.csv", "blocking power");
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    StageProfile profile = profile(ProfileNotes.none("profile.csv"));
    assertThatThrownBy(() -> PlanningProblem.of(profile, Schedules.GPIPE, 0, new double[] {60, 60}))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("microbatches", "0", "at least 1");
    assertThatThrownBy(() -> PlanningProblem.of(profile, Schedules.GPIPE, 2, new double[] {60, -1}))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("stage 1", "-1.0 W");
    PlanningProblem problem =
        PlanningProblem.of(profile, Schedules.GPIPE, 2, new double[] {60, 60});
    assertThatThrownBy(() -> problem.withSwitchCost(Double.NaN))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("NaN s");
  }

  @Test
  void rowsOfAnInstructionThatTheScheduleDoesNotRunAreReported() {
    List<ProfileRow> rows = new ArrayList<>(profile(ProfileNotes.none("a test")).rows());
    rows.add(new ProfileRow(1, new Instruction("evaluate"), 1410, 1, 10));
    PlanningProblem problem =
        PlanningProblem.of(
            new StageProfile(rows, ProfileNotes.none("a test")),
            Schedules.GPIPE,
            2,
            new double[] {60, 60});
    assertThat(problem.warnings()).hasSize(1);
    assertThat(problem.warnings().get(0)).contains("stage 1", "evaluate", "gpipe");
  }
}
