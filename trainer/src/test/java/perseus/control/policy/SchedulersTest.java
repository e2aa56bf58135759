package perseus.control.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.control.JobInfo;
import perseus.control.Mode;
import perseus.control.PipeInstruction;
import perseus.control.RankInfo;
import perseus.control.Scheduler;
import perseus.control.SchedulerChoice;
import perseus.io.UserError;
import perseus.parallel.Degrees;

class SchedulersTest {
  private static final JobInfo JOB = new JobInfo("f", "m", "uniform", new Degrees(1, 1, 1), 1, 1);
  private static final List<RankInfo> RANKS =
      List.of(
          new RankInfo(
              0,
              0,
              0,
              0,
              List.of(PipeInstruction.FORWARD, PipeInstruction.BACKWARD),
              List.of(1410, 1395, 855, 840)));

  private static SchedulerChoice choose(String name, Map<String, Object> args) {
    return Schedulers.choose(name, args, null);
  }

  @ParameterizedTest
  @CsvSource({
    "InstructionProfiler, frequency",
    "PointSolution, frequency",
    "AllMaxFrequency, frequency",
    "ZeusGlobalPowerLimit, power limit",
    "ZeusLocalPowerState, power limit",
    "Straggler, frequency",
  })
  void everySchedulerIsFoundWithAndWithout3D(String name, String defaultMode) {
    Map<String, Object> args =
        switch (name) {
          case "PointSolution" -> Map.of("solution_path", "x");
          case "Straggler" -> Map.of("frontier", "x");
          default -> Map.of();
        };
    for (String given : List.of(name, name + "3D")) {
      assertThat(choose(given, args).name()).isEqualTo(given);
      assertThat(choose(given, args).mode()).isEqualTo(Mode.of(defaultMode));
    }
    assertThat(Schedulers.names()).contains(name).hasSize(6);
  }

  @Test
  void unknownNameListsAllNames() {
    assertThatThrownBy(() -> choose("Best", Map.of()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("'Best'")
        .hasMessageContainingAll(Schedulers.names().toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({
    "InstructionProfiler, minimum_power_state stop_early warmup_step_ratio",
    "AllMaxFrequency, num_iters",
    "ZeusGlobalPowerLimit, eta_knob warmup_step_ratio",
    "ZeusLocalPowerState, eta_knob balanced_phase warmup_step_ratio",
  })
  void unknownArgumentListsTheArgumentsOfTheScheduler(String scheduler, String arguments) {
    assertThatThrownBy(() -> choose(scheduler, Map.of("x", 1)))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(scheduler, "'x'", "train_schedule", "num_microbatches")
        .hasMessageContaining(arguments.replace(" ", ", ") + ", ");
  }

  @Test
  void defaultsAreThoseOfTheResearchRelease() {
    Scheduler profiler = choose("InstructionProfiler", Map.of()).factory().create(JOB, RANKS);
    assertThat(profiler.args()).isEqualTo(Map.of("minimum_power_state", 850, "stop_early", false));
    assertThat(profiler.rounds()).isEqualTo(2 + 3);
    assertThat(choose("AllMaxFrequency", Map.of()).factory().create(JOB, RANKS).args())
        .isEqualTo(Map.of("num_iters", 1));
    assertThat(choose("ZeusGlobalPowerLimit", Map.of()).factory().create(JOB, RANKS).args())
        .isEqualTo(Map.of("eta_knob", 0.5, "warmup_step_ratio", 0.1));
    assertThat(choose("ZeusLocalPowerState", Map.of()).factory().create(JOB, RANKS).args())
        .isEqualTo(Map.of("eta_knob", 0.5, "balanced_phase", "forward", "warmup_step_ratio", 0.1));
  }

  @Test
  void missingOrWrongArgumentIsNamed() {
    assertThatThrownBy(() -> choose("PointSolution", Map.of()))
        .hasMessageContaining("argument solution_path");
    assertThatThrownBy(() -> choose("Straggler", Map.of()))
        .hasMessageContaining("argument frontier");
    for (Object tolerance : List.of(0, -1, 2, "2 %")) {
      assertThatThrownBy(
              () -> choose("Straggler", Map.of("frontier", "x", "replan_tolerance", tolerance)))
          .isInstanceOf(UserError.class)
          .hasMessageContainingAll("replan_tolerance", tolerance.toString());
    }
    assertThatThrownBy(() -> choose("InstructionProfiler", Map.of("stop_early", "yes")))
        .hasMessageContainingAll("stop_early", "true or false", "yes");
    assertThatThrownBy(() -> choose("AllMaxFrequency", Map.of("train_schedule", "best")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("best");
  }

  @Test
  void modeMustBeOneOfTheScheduler() {
    assertThat(Schedulers.choose("ZeusLocalPowerState3D", Map.of(), Mode.FREQUENCY).mode())
        .isEqualTo(Mode.FREQUENCY);
    assertThat(Schedulers.choose("InstructionProfiler", Map.of(), Mode.POWER_LIMIT).mode())
        .isEqualTo(Mode.POWER_LIMIT);
    assertThatThrownBy(() -> Schedulers.choose("ZeusGlobalPowerLimit", Map.of(), Mode.FREQUENCY))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("ZeusGlobalPowerLimit", "'power limit'");
  }
}
