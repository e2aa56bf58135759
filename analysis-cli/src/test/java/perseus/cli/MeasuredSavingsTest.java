package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.cli.analyze.AnalyzeCommand;
import perseus.cli.common.CommandOutcome;

/**
 * Tests savings from measured state dumps (files of the plan server). The savings depend on the
 * blocking power of the GPU.
 */
class MeasuredSavingsTest {
  @TempDir Path home;

  private Path dumps(String name) throws IOException {
    Path folder = home.resolve(name);
    Files.createDirectories(folder.resolve("perseus"));
    for (int i = 0; i < 3; i++) {
      Files.writeString(
          folder.resolve("perseus").resolve(i + ".prof.json"),
          "[{\"iter_time\": [10], \"iter_energy\": [%d]}]".formatted(i < 2 ? 1000 : 900));
    }
    Files.writeString(
        folder.resolve("zeus_global.csv"), "power_limit_0,time,energy\n300,10,1000\n");
    return folder;
  }

  @Test
  void blockingPowerThatIsAssumedFromThePathIsPrinted() throws IOException {
    CommandOutcome outcome = analyze("savings", dumps("of-a40/gpt3-A100"));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.err()).contains("83.64 W", "A100", "--blocking-power").hasLineCount(1);
    assertThat(analyze("savings", home.resolve("of-a40/gpt3-A100/../..")).err())
        .contains("neither plans.json nor");
    assertThat(analyze("savings", dumps("of-a40/other")).err()).contains("70.38 W");
  }

  @Test
  void givenBlockingPowerIsUsedWithoutAMessage() throws IOException {
    CommandOutcome outcome = analyze("savings", dumps("xl-a100"), "--blocking-power", 80);
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.err()).isEmpty();
    // With a straggler (slower pipeline) that takes 15 s, the pipeline waits for 5 s at 80 W.
    // Therefore, the highest frequency needs 1000 J + 400 J. The plan needs 900 J + 400 J, which is
    // 7.1 % less.
    assertThat(outcome.out()).contains("7.1").doesNotContain("simulated");
  }

  private static CommandOutcome analyze(Object... arguments) {
    return CommandOutcome.of(new AnalyzeCommand(), arguments);
  }
}
