package perseus.gpu.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WatchedProcessesTest {
  private final WatchedProcesses processes = new WatchedProcesses();

  @Test
  void processWithAnotherStartTimeIsNotKilled() throws Exception {
    Process stranger = new ProcessBuilder("sleep", "1000").start();
    processes.add(stranger.pid(), WatchedProcesses.startMillis(stranger.pid()) - 60_000);
    processes.end(Duration.ZERO);
    assertThat(stranger.isAlive()).isTrue();
    stranger.destroyForcibly();
  }

  @Test
  void processThatDoesNotEndIsKilled() throws Exception {
    Process rank = new ProcessBuilder("sleep", "1000").start();
    processes.add(rank.pid(), WatchedProcesses.startMillis(rank.pid()));
    processes.end(Duration.ZERO);
    assertThat(rank.waitFor()).isEqualTo(137);
  }

  @Test
  void processThatHasEndedIsLeftOut() throws Exception {
    Process rank = new ProcessBuilder("true").start();
    rank.waitFor();
    processes.add(rank.pid(), WatchedProcesses.startMillis(rank.pid()));
    processes.end(Duration.ofHours(1));
  }
}
