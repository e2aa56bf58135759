package perseus.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import perseus.agent.gpu.AgentGpu;
import perseus.agent.gpu.SimulatedAgentGpus;
import perseus.agent.wire.AgentClock;
import perseus.agent.wire.Hello;
import perseus.agent.wire.Report;
import perseus.pipeline.Instruction;

class StallReportTest {
  private final List<String> said = new ArrayList<>();
  private final long zero = System.nanoTime();
  private long seconds;
  private final StallReport stalls =
      new StallReport(() -> zero + TimeUnit.SECONDS.toNanos(seconds), said::add);

  private static SteeredRank rank(int number) throws Exception {
    AgentClock clock = new AgentClock();
    Hello hello = Hello.of(Report.JSON.readTree(FakeRecorder.hello(number, 3)));
    AgentGpu gpu = new SimulatedAgentGpus("sim:a40", 1, 1, clock).of(hello);
    return new AgentRank(hello, null, gpu, null, clock, text -> {});
  }

  private static void iterations(SteeredRank rank, int count) {
    for (int i = 1; i <= count; i++) {
      ((AgentRank) rank).take(new Report.IterationEnd(i, 0, 0, 0));
    }
  }

  private void check(List<SteeredRank> ranks, int last, long... times) {
    for (long time : times) {
      seconds = time;
      stalls.check(ranks, 3, last);
    }
  }

  @Test
  void ranksBehindAndRanksWithoutRecorderAreNamedOnceInARound() throws Exception {
    SteeredRank ahead = rank(0);
    SteeredRank behind = rank(1);
    iterations(ahead, 5);
    iterations(behind, 2);
    check(List.of(ahead, behind), 5, 1, 5);
    assertThat(said).isEmpty();
    check(List.of(ahead, behind), 5, 12, 60);
    assertThat(said)
        .singleElement()
        .asString()
        .contains("Rank 0 waits", "rank 1", "in iteration 3", "1 rank of 3 (without a recorder)");
    iterations(ahead, 8);
    check(List.of(ahead, behind), 8, 61, 80);
    assertThat(said).hasSize(2);
  }

  @Test
  void nothingIsSaidWhereAllRanksGoOnOrNoRoundEnds() throws Exception {
    List<SteeredRank> ranks = List.of(rank(0), rank(1), rank(2));
    check(ranks, 5, 1, 100, 1000);
    ranks.forEach(rank -> iterations(rank, 5));
    check(ranks, 5, 1, 25);
    check(ranks.subList(0, 1), 0, 1, 25);
    assertThat(said).isEmpty();
  }

  @Test
  void jobThatStallsInARoundIsSaidOnce() throws Exception {
    List<SteeredRank> ranks = List.of(rank(0), rank(1), rank(2));
    ranks.forEach(rank -> iterations(rank, 3));
    check(ranks, 5, 1, 25, 35, 60);
    assertThat(said).singleElement().asString().contains("rank 0", "35 s", "after 3 iterations");
    check(ranks, 0, 70, 80);
    assertThat(said).hasSize(2);
  }

  @Test
  void iterationsWithoutInstructionsAreSaidBeforeTheFirstRound() throws Exception {
    List<SteeredRank> ranks = List.of(rank(0), rank(1), rank(2));
    ranks.forEach(rank -> iterations(rank, 1));
    check(ranks, 1, 1, 2);
    assertThat(said).singleElement().asString().contains("1 iteration,", "no instruction");
  }

  @Test
  void instructionsWithoutIterationsAreSaid() throws Exception {
    SteeredRank rank = rank(0);
    ((AgentRank) rank).take(new Report.Executed(new Report.Piece(Instruction.FORWARD, 0, 0), 0, 1));
    check(List.of(rank, rank(1), rank(2)), 1, 10, 100, 200);
    assertThat(said)
        .singleElement()
        .asString()
        .contains(
            "Rank 2 was heard of last",
            "rank 0 has been silent",
            "after the forward of microbatch 0",
            "hangs",
            "iteration_done");
  }

  @Test
  void jobThatHangsInItsFirstInstructionIsSaid() throws Exception {
    check(List.of(rank(0), rank(1), rank(2)), 1, 10, 130);
    assertThat(said)
        .singleElement()
        .asString()
        .contains("before it had ended an instruction", "hangs", "iteration_done");
  }
}
