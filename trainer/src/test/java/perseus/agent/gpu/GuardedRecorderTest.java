package perseus.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.record.RankRecorder;

class GuardedRecorderTest {
  private static final int MORE_THAN_THE_BUFFER = 10_000;

  @TempDir Path home;

  private static void record(GuardedRecorder recorder) {
    for (int i = 0; i < MORE_THAN_THE_BUFFER; i++) {
      recorder.executed(Instruction.FORWARD, i, i + 0.5);
      recorder.energy(i, i);
    }
  }

  @Test
  void failureOfTheDiskIsKeptAndNotThrown() throws Exception {
    Path scratch = Files.createDirectory(home.resolve("scratch"));
    GuardedRecorder recorder = new GuardedRecorder(new RankRecorder(0, scratch, 0, 1));
    Files.delete(scratch);
    record(recorder);
    assertThat(recorder.failure()).contains("cannot be written").contains("scratch");
    assertThatThrownBy(recorder::recorder).isInstanceOf(UserError.class);
  }

  @Test
  void everythingIsPassedOnWhileTheDiskWorks() throws Exception {
    GuardedRecorder recorder = new GuardedRecorder(new RankRecorder(0, home, 0, 1));
    record(recorder);
    assertThat(recorder.failure()).isNull();
    recorder.recorder().publish(home);
    assertThat(Files.readAllLines(home.resolve("instructions-0.csv")))
        .hasSize(1 + MORE_THAN_THE_BUFFER);
    assertThat(Files.readAllLines(home.resolve("time-energy-0.csv")))
        .hasSize(1 + MORE_THAN_THE_BUFFER);
  }
}
