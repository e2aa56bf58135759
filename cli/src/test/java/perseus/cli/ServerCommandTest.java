package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.cli.common.CommandRunner;
import perseus.cli.server.ServerCommand;
import perseus.control.Mode;
import perseus.control.server.http.ServerLimits;
import perseus.control.server.job.ServerSettings;
import perseus.io.UserError;
import picocli.CommandLine;

class ServerCommandTest {
  private static ServerSettings settings(Map<String, String> environment, String... flags) {
    ServerCommand command = new ServerCommand(environment::get);
    new CommandLine(command).parseArgs(flags);
    return command.settings();
  }

  @Test
  void defaultsListenOnThisHostOnly() {
    ServerSettings settings = settings(Map.of());
    assertThat(settings.host()).isEqualTo("127.0.0.1");
    assertThat(settings.port()).isEqualTo(7787);
    assertThat(settings.scheduler().name()).isEqualTo("InstructionProfiler");
    assertThat(settings.dumpDirectory()).isEqualTo(Path.of("dump"));
    assertThat(settings.maxJobIdleTime()).isEqualTo(Duration.ofDays(7));
    assertThat(settings.token()).isNull();
  }

  @Test
  void variablesOfThisProjectAndOfZeusAreRead() {
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
  void flagOverridesVariable() {
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
  void wrongValueThrowsUserError() {
    assertThatThrownBy(() -> settings(Map.of(), "--scheduler-args", "{"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("JSON object");
    assertThatThrownBy(() -> settings(Map.of("PERSEUS_PORT", "x")))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("PERSEUS_PORT", "'x'");
    assertThatThrownBy(() -> settings(Map.of(), "--port", "70000"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("from 0 to 65535");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--port 70000 | from 0 to 65535, not 70000",
        "--port x | --port",
        "--port -1 | from 0 to 65535",
        "--scheduler Best | Unknown scheduler 'Best'",
        "--scheduler PointSolution | solution_path",
        "--scheduler-args { | JSON object",
        "--scheduler-args [] | JSON object",
        "--scheduler-args {}{} | JSON object",
        "--scheduler-args {\"stop_early\":true,\"stop_early\":true} | JSON object",
        "--scheduler-args {\"nothing\":1} | 'nothing'; it takes minimum_power_state, stop_early",
        "--scheduler-args {\"minimum_power_state\":-1} | at least 1, not -1",
        "--scheduler PointSolution --scheduler-args {\"solution_path\":\"\\u0000\"} | must be a path",
        "--mode best | Unknown mode 'best'",
        "--mode power_limit --scheduler AllMaxFrequency | mode 'frequency' only, not in 'power limit'",
        "--token semi;colon | token",
        "--max-job-idle-time 0 | from 1 to 1000000000, not 0",
        "--max-job-idle-time 99999999999 | from 1 to 1000000000",
        "--max-body-size 0 | from 1 to 1024, not 0",
        "--max-body-size 2048 | from 1 to 1024",
        "--host= | --host is empty",
        "--nothing | Unknown flag",
      })
  void wrongValueOfAFlagIsWrongUsage(String flags, String fact) {
    Outcome outcome = Outcome.server(Map.of(), (Object[]) flags.split(" "));
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(CommandRunner.WRONG_USAGE);
    assertThat(outcome.err()).contains(fact).hasLineCount(1);
    assertThat(outcome.err()).contains("see 'perseus-server --help'");
  }

  @ParameterizedTest
  @CsvSource({
    "PERSEUS_PORT, x",
    "ZEUS_PFO_PORT, x",
    "ZEUS_PFO_MAX_JOB_IDLE_TIME, 1.5",
    "PERSEUS_DUMP_DATA, maybe",
  })
  void malformedValueOfAVariableIsWrongUsage(String variable, String value) {
    Outcome outcome = Outcome.server(Map.of(variable, value));
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(CommandRunner.WRONG_USAGE);
    assertThat(outcome.err()).contains(" " + variable + " ", "'" + value + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "PERSEUS_PORT, 70000, not 70000",
    "PERSEUS_SCHEDULER, Best, Unknown scheduler 'Best'",
    "ZEUS_PFO_SCHEDULER_ARGS, x, JSON object",
    "PERSEUS_MODE, best, Unknown mode 'best'",
    "PERSEUS_TOKEN, two words, token",
  })
  void wrongValueOfAVariableIsWrongUsage(String variable, String value, String fact) {
    Outcome outcome = Outcome.server(Map.of(variable, value));
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(CommandRunner.WRONG_USAGE);
    assertThat(outcome.err()).contains(fact);
  }

  @Test
  void portInUseAndUncreatableDirectoryAreFailures(@TempDir Path directory) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Outcome outcome = Outcome.server(Map.of(), "--no-dump", "--port", "" + taken.getLocalPort());
      assertThat(outcome.exitCode()).isEqualTo(CommandRunner.FAILED);
      assertThat(outcome.err()).contains("cannot listen on 127.0.0.1 port " + taken.getLocalPort());
    }
    Path file = Files.writeString(directory.resolve("file"), "");
    Outcome outcome =
        Outcome.server(Map.of(), "--port", "0", "--dump-dir", file.resolve("dump").toString());
    assertThat(outcome.exitCode()).isEqualTo(CommandRunner.FAILED);
    assertThat(outcome.err()).contains("cannot be created");
  }

  @Test
  void unknownHostNameIsAFailure() {
    Outcome outcome = Outcome.server(Map.of(), "--no-dump", "--port", "0", "--host", "no.invalid");
    assertThat(outcome.exitCode()).isEqualTo(CommandRunner.FAILED);
    assertThat(outcome.err()).contains("no.invalid port 0", "unknown");
  }

  @Test
  void unwritableDumpDirectoryIsAFailure(@TempDir Path directory) {
    assumeTrue(directory.toFile().setWritable(false));
    assumeFalse(Files.isWritable(directory), "root may write everywhere");
    Outcome outcome = Outcome.server(Map.of(), "--port", "0", "--dump-dir", directory.toString());
    assertThat(outcome.exitCode()).isEqualTo(CommandRunner.FAILED);
    assertThat(outcome.err()).contains(directory.toString(), "permission denied");
  }

  @ParameterizedTest
  @CsvSource({
    "PointSolution, solution_path, nowhere does not exist",
    "Straggler, frontier, nowhere does not exist"
  })
  void fileCheckNamesMissingPlans(String scheduler, String argument, String fact) {
    ServerSettings settings =
        settings(
            Map.of(),
            "--scheduler",
            scheduler,
            "--scheduler-args",
            "{\"%s\": \"nowhere\"}".formatted(argument));
    assertThatThrownBy(settings.scheduler().fileCheck()::run)
        .isInstanceOf(UserError.class)
        .hasMessageContaining(fact);
  }

  @Test
  void dumpVariableAcceptsAllSpellingsOfTrueAndFalse() {
    for (String no : new String[] {"false", "False", "0", "no", "off"}) {
      assertThat(settings(Map.of("PERSEUS_DUMP_DATA", no)).dumpDirectory()).isNull();
    }
    for (String yes : new String[] {"true", "True", "1", "yes", "on"}) {
      assertThat(settings(Map.of("PERSEUS_DUMP_DATA", yes)).dumpDirectory()).isNotNull();
    }
    assertThat(settings(Map.of("PERSEUS_DUMP_DATA", "true"), "--no-dump").dumpDirectory()).isNull();
  }

  @Test
  void emptyTokenIsRefused() {
    assertThatThrownBy(() -> settings(Map.of(), "--token", ""))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("token");
    assertThat(settings(Map.of("PERSEUS_TOKEN", "s3cret/+=")).token()).isEqualTo("s3cret/+=");
  }

  @Test
  void maximumBodySizeIsInMebibytes() {
    assertThat(settings(Map.of()).limits()).isEqualTo(ServerLimits.DEFAULT);
    assertThat(settings(Map.of(), "--max-body-size", "2").limits().maxBodyBytes())
        .isEqualTo(2 << 20);
  }
}
