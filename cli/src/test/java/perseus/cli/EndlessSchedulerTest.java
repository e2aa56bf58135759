package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.control.policy.Schedulers;
import perseus.control.server.PlanServer;
import perseus.control.server.job.ServerSettings;

/**
 * Tests that a run cannot fill the disk if its scheduler (object that chooses frequencies) never
 * ends the job.
 */
class EndlessSchedulerTest {
  @TempDir Path directory;

  private static PlanServer start(String scheduler, Map<String, Object> args) {
    return PlanServer.start(
        ServerSettings.local(Schedulers.choose(scheduler, args, null), 0, null));
  }

  private Outcome profile(PlanServer server, Object... more) {
    Object[] arguments = {
      "gpt3-xl",
      8,
      4,
      "--engine",
      "virtual",
      "--num_prof_steps",
      2,
      "--perseus_url",
      server.uri(),
      "--output_dir",
      directory.resolve("run")
    };
    Object[] all = new Object[arguments.length + more.length];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return Outcome.profile(all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void simulatedRunNeedsAMaximumNumberOfSteps(String recorded) {
    try (PlanServer server = start("Straggler3D", Map.of("frontier", directory.toString()))) {
      Outcome outcome = profile(server, "--export_timing_csv", recorded);
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.err()).contains("never ends", "--max_steps");
      assertThat(Files.exists(directory.resolve("run"))).isFalse();
    }
  }

  @Test
  void schedulerThatEndsNeedsNone() {
    try (PlanServer server = start("AllMaxFrequency", Map.of())) {
      assertThat(profile(server).exitCode()).isZero();
    }
  }
}
