package perseus.planner.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.pipeline.Schedule;
import perseus.pipeline.Schedules;
import perseus.profile.StageProfile;

/** Tests that plans use the times and energies of special instances where a profile has them. */
class SpecialInstancesTest {
  @TempDir Path directory;

  private StageProfile profile(String special) throws IOException {
    Path csv = directory.resolve("profile.csv");
    Files.writeString(
        csv,
        """
        stage,instruction,frequency,time,energy
        0,forward,1000,0.1,10
        0,backward,1000,0.2,30
        """);
    Files.writeString(
        directory.resolve("profile.json"),
        "{\"schema_version\": 2, \"source\": \"a test\", \"blocking_watts\": 50, \"special\": ["
            + special
            + "]}");
    return StageProfile.read(csv);
  }

  private static final String LAST_BACKWARD =
      """
      {"stage": 0, "instruction": "backward", "position": 3, "instances": 4,
       "time_ratio": 1.5, "energy_ratio": 2}
      """;

  private static double seconds(StageProfile profile, Schedule schedule, int microbatches) {
    return PlanningProblem.of(profile, schedule, microbatches).shortestSeconds();
  }

  @Test
  void lastBackwardTakesLongerWhateverTheNumberOfMicrobatches() throws IOException {
    StageProfile profile = profile(LAST_BACKWARD);
    assertThat(seconds(profile, Schedules.of("1f1b"), 4)).isCloseTo(4 * 0.3 + 0.1, within(1e-9));
    assertThat(seconds(profile, Schedules.of("1f1b"), 9)).isCloseTo(9 * 0.3 + 0.1, within(1e-9));
    PlanningProblem problem = PlanningProblem.of(profile, Schedules.of("1f1b"), 4);
    assertThat(Plan.allMax(problem).energyJoules()).isCloseTo(4 * 40 + 30, within(1e-9));
  }

  @Test
  void positionFollowsTheOrderOfExecution() throws IOException {
    PlanningProblem problem = PlanningProblem.of(profile(LAST_BACKWARD), Schedules.of("gpipe"), 4);
    problem.dag().operations().stream()
        .filter(operation -> operation.instruction().name().equals("backward"))
        .forEach(
            operation ->
                assertThat(problem.options(operation.index()).time(0))
                    .isCloseTo(operation.microbatch() == 0 ? 0.3 : 0.2, within(1e-9)));
  }
}
