package perseus.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class InterruptionTest {
  private static final String NAME = "PERSEUS_INTERRUPTION_TEST";

  private final List<String> said = new CopyOnWriteArrayList<>();
  private Process process;

  /** Starts a shell that ignores some signals, as rank 3 of a job. */
  private void start(String ignored) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            "sh", "-c", "trap '' " + ignored + "; echo ready; while :; do sleep 0.1; done");
    builder.environment().put(NAME, "1");
    builder.environment().put("RANK", "3");
    process = builder.start();
    assertThat(process.getInputStream().read()).isEqualTo('r');
  }

  @AfterEach
  void killProcess() {
    process.destroyForcibly();
  }

  private void end() throws InterruptedException {
    ProcessHandle command = process.toHandle();
    new Interruption(
            () -> CommandProcesses.running(command, NAME + "=1"),
            new Interruption.Patience(0, 1),
            said::add)
        .await();
    process.waitFor();
  }

  @Test
  void aRankThatIgnoresCtrlCIsNamedAndTerminated() throws Exception {
    start("INT");
    end();
    assertThat(said.get(0)).contains("Ctrl-C", "SIGTERM", "rank 3 (pid " + process.pid() + ")");
    assertThat(process.exitValue()).isNotZero();
  }

  @Test
  void aRankThatAlsoIgnoresSigtermIsNamedAndKilled() throws Exception {
    start("INT TERM");
    end();
    assertThat(said).hasSize(2);
    assertThat(said.get(1)).contains("SIGKILL", "rank 3 (pid " + process.pid() + ")");
    assertThat(process.exitValue()).isEqualTo(137);
  }

  @Test
  void processesAreFoundByTheEnvironmentThatTheyInherit() throws Exception {
    start("INT");
    assertThat(CommandProcesses.running(ProcessHandle.current(), NAME + "=1"))
        .contains(process.toHandle())
        .doesNotContain(ProcessHandle.current());
    assertThat(CommandProcesses.name(process.toHandle()))
        .isEqualTo("rank 3 (pid %d)".formatted(process.pid()));
  }
}
