package perseus.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import perseus.agent.gpu.SimulatedAgentGpus;
import perseus.agent.wire.AgentClock;
import perseus.agent.wire.Hello;
import perseus.agent.wire.Report;
import perseus.io.UserError;

@Tag("slow")
class ConnectedRanksTest {
  private final ConnectedRanks connected = new ConnectedRanks();

  private static AgentRank rank(int number) throws Exception {
    AgentClock clock = new AgentClock();
    Hello hello = Hello.of(Report.JSON.readTree(FakeRecorder.hello(number, 4)));
    return new AgentRank(
        hello,
        null,
        new SimulatedAgentGpus("sim:a40", 1, 1, clock).of(hello),
        null,
        clock,
        text -> {});
  }

  @Test
  void aProcessThatANewStartHasForgottenIsNotAwaited() throws Exception {
    connected.add(rank(3));
    CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> connected.awaitEarlier(3));
    TimeUnit.MILLISECONDS.sleep(50);
    assertThat(waiting).isNotDone();
    // Rank 2 of the new start connects first. The agent is never told that the old rank 3 has
    // ended.
    connected.clear();
    waiting.get(4, TimeUnit.SECONDS);
  }

  @Test
  void aProcessThatStaysIsASecondOneWithTheSameRank() throws Exception {
    connected.add(rank(3));
    assertThatThrownBy(() -> connected.awaitEarlier(3))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("rank 3");
  }
}
