package perseus.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests the message about a training command that ended although no recorder had connected. */
class UnconnectedTest {
  @Test
  void failedCommandIsNotBlamedOnMissingLines() {
    assertThat(RunCommand.unconnected(1))
        .startsWith("The command has ended with exit code 1 before")
        .contains("Correct the command first")
        .doesNotContain("Add two lines");
  }

  @Test
  void commandThatSucceededNeedsTwoLines() {
    assertThat(RunCommand.unconnected(0)).contains("Add two lines to the training script");
  }
}
