package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import perseus.control.Mode;
import perseus.control.server.ServerLimits;
import perseus.control.server.ServerSettings;
import perseus.recording.InputException;
import picocli.CommandLine;

class ServerCommandTest {
  private static ServerSettings settings(Map<String, String> environment, String... flags) {
    ServerCommand command = new ServerCommand(environment::get);
    new CommandLine(command).parseArgs(flags);
    return command.settings();
  }

  @Test
  void listensOnThisHostAloneUnlessToldOtherwise() {
    ServerSettings settings = settings(Map.of());
    assertThat(settings.host()).isEqualTo("127.0.0.1");
    assertThat(settings.port()).isEqualTo(7787);
    assertThat(settings.scheduler().name()).isEqualTo("InstructionProfiler");
    assertThat(settings.dumpDirectory()).isEqualTo(Path.of("dump"));
    assertThat(settings.maxJobIdleTime()).isEqualTo(Duration.ofDays(7));
    assertThat(settings.token()).isNull();
  }

  @Test
  void environmentOfBothReleasesIsRead() {
    ServerSettings research =
        settings(
            Map.of(
                "PERSEUS_SCHEDULER",
                "PointSolution3D",
                "PERSEUS_SCHEDULER_ARGS",
                "{\"solution_path\": \"plan.py\"}",
                "PERSEUS_MODE",
                "frequency",
                "PERSEUS_DUMP_DATA",
                "false"));
    assertThat(research.scheduler().name()).isEqualTo("PointSolution3D");
    assertThat(research.scheduler().args()).containsEntry("solution_path", "plan.py");
    assertThat(research.dumpDirectory()).isNull();
    ServerSettings zeus =
        settings(
            Map.of(
                "ZEUS_PFO_SCHEDULER",
                "AllMaxFrequency",
                "ZEUS_PFO_MAX_JOB_IDLE_TIME",
                "60",
                "ZEUS_PFO_DUMP_DIR",
                "elsewhere"));
    assertThat(zeus.scheduler().name()).isEqualTo("AllMaxFrequency");
    assertThat(zeus.maxJobIdleTime()).isEqualTo(Duration.ofSeconds(60));
    assertThat(zeus.dumpDirectory()).isEqualTo(Path.of("elsewhere"));
  }

  @Test
  void flagsCountMoreThanTheEnvironment() {
    ServerSettings settings =
        settings(
            Map.of("PERSEUS_SCHEDULER", "Best", "PERSEUS_PORT", "1", "PERSEUS_MODE", "frequency"),
            "--scheduler",
            "ZeusGlobalPowerLimit",
            "--mode",
            "power limit",
            "--port",
            "0");
    assertThat(settings.scheduler().mode()).isEqualTo(Mode.POWER_LIMIT);
    assertThat(settings.port()).isZero();
  }

  @Test
  void whatMakesNoSenseIsSaid() {
    assertThatThrownBy(() -> settings(Map.of(), "--scheduler-args", "{"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not a JSON object");
    assertThatThrownBy(() -> settings(Map.of("PERSEUS_PORT", "x")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("PERSEUS_PORT is 'x'");
    assertThatThrownBy(() -> settings(Map.of(), "--port", "70000"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("from 0 to 65535");
  }

  @Test
  void tokenThatCameOutEmptyDoesNotOpenTheServerToAll() {
    assertThatThrownBy(() -> settings(Map.of(), "--token", ""))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("token");
    assertThat(settings(Map.of("PERSEUS_TOKEN", "s3cret/+=")).token()).isEqualTo("s3cret/+=");
  }

  @Test
  void longestBodyIsSetInMebibytes() {
    assertThat(settings(Map.of()).limits()).isEqualTo(ServerLimits.USUAL);
    assertThat(settings(Map.of(), "--max-body-size", "2").limits().mostBodyBytes())
        .isEqualTo(2 << 20);
  }
}
