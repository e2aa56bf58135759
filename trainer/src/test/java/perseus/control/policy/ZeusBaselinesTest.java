package perseus.control.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import perseus.control.JobInfo;
import perseus.control.Mode;
import perseus.control.PipeInstruction;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.RoundResults;
import perseus.control.Scheduler;
import perseus.io.UserError;
import perseus.parallel.Degrees;

class ZeusBaselinesTest {
  private static final List<Integer> LIMITS = List.of(300, 275, 250, 225, 200);
  private static final List<PipeInstruction> PIPE =
      List.of(PipeInstruction.FORWARD, PipeInstruction.BACKWARD);

  private static List<RankInfo> ranks(Degrees degrees) {
    return IntStream.range(0, degrees.worldSize())
        .mapToObj(
            rank ->
                new RankInfo(
                    rank,
                    degrees.dpRank(rank),
                    degrees.ppRank(rank),
                    degrees.tpRank(rank),
                    PIPE,
                    LIMITS))
        .toList();
  }

  private static JobInfo job(Degrees degrees) {
    return new JobInfo("perseus", "m", "uniform", degrees, 1, 1);
  }

  /**
   * Runs a scheduler until it ends the job, and returns the power state of each rank in each round.
   */
  private static List<List<Integer>> run(
      Scheduler scheduler, List<RankInfo> ranks, IntBinaryOperator forwardMillis) {
    List<List<Integer>> states = new ArrayList<>();
    for (Optional<Round> next = scheduler.next(); next.isPresent(); next = scheduler.next()) {
      Round round = next.get();
      states.add(round.schedules().stream().map(s -> s.powerStates().get(0)).toList());
      List<RankResult> results = new ArrayList<>();
      for (RankInfo rank : ranks) {
        int watts = round.schedules().get(rank.rank()).powerStates().get(0);
        double seconds = forwardMillis.applyAsInt(rank.ppRank(), watts) / 1e3;
        double[] time = {9, seconds, seconds};
        double[] energy = {9, seconds * watts, seconds * watts};
        double[][] forwards = {{9}, {seconds}, {seconds}};
        results.add(
            new RankResult(rank.rank(), time, energy, Map.of("forward", forwards), Map.of()));
      }
      scheduler.observe(round, new RoundResults(ranks, results));
    }
    return states;
  }

  @Test
  void globalLimitRunsAllLimitsButTheLowest() {
    List<RankInfo> ranks = ranks(new Degrees(2, 1, 1));
    Scheduler scheduler =
        ZeusGlobalPowerLimit.factory(0.5, 0.1).create(job(new Degrees(2, 1, 1)), ranks);
    List<List<Integer>> states = run(scheduler, ranks, (stage, watts) -> 1000 + 2 * (300 - watts));

    assertThat(states)
        .containsExactly(
            List.of(300, 300),
            List.of(300, 300),
            List.of(275, 275),
            List.of(250, 250),
            List.of(225, 225));
    assertThat(scheduler.rounds()).isEqualTo(5);
    assertThat(scheduler.findings().get("ZeusGlobalPowerLimit.json"))
        .contains("\"275\"")
        .contains("\"time\" : 1.05")
        .contains("\"energy\" : 577.5");
  }

  @Test
  void localStatesBalanceForwardsWithTheHeaviestStage() {
    // Stage 1 is the heaviest stage. A forward of stage 0 at 250 W takes as long as a forward of
    // stage 1 at 300 W.
    Degrees degrees = new Degrees(2, 2, 1);
    List<RankInfo> ranks = ranks(degrees);
    Scheduler scheduler =
        ZeusLocalPowerState.factory(Mode.POWER_LIMIT, 0.5, PipeInstruction.FORWARD, 0.1)
            .create(job(degrees), ranks);
    List<List<Integer>> states =
        run(scheduler, ranks, (stage, watts) -> (stage == 0 ? 900 : 1000) + 2 * (300 - watts));

    assertThat(states)
        .startsWith(
            List.of(300, 300, 300, 300),
            List.of(300, 300, 300, 300),
            List.of(275, 300, 275, 300),
            List.of(250, 300, 250, 300),
            List.of(225, 300, 225, 300),
            // At 225 W, stage 0 was slower than stage 1. Therefore stage 0 returns to 250 W, and
            // this round measures the cost.
            List.of(250, 300, 250, 300));
    assertThat(scheduler.findings().get("ZeusLocalPowerState.json"))
        .contains("\"heaviest_stage\" : 1")
        .contains("\"balanced_power_states\" : [ 250, 300 ]")
        .contains("\"balanced_power_states\" : [ 225, 275 ]");
    assertThat(states.size()).isLessThanOrEqualTo(scheduler.rounds());
  }

  @Test
  void localStatesNeedTheTimesOfTheBalancedComputation() {
    List<RankInfo> ranks = ranks(new Degrees(1, 1, 1));
    Scheduler scheduler =
        ZeusLocalPowerState.factory(Mode.POWER_LIMIT, 0.5, PipeInstruction.BACKWARD, 0.1)
            .create(job(new Degrees(1, 1, 1)), ranks);
    assertThatThrownBy(() -> run(scheduler, ranks, (stage, watts) -> 1000))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("each backward");
  }
}
