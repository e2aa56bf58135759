package perseus.control.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import perseus.control.FrequencySchedule;
import perseus.control.JobInfo;
import perseus.control.Measurement;
import perseus.control.PipeInstruction;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.RoundResults;
import perseus.control.Scheduler;
import perseus.gpu.sim.SimulatedGpus;
import perseus.io.UserError;
import perseus.parallel.Degrees;

class InstructionProfilerTest {
  private static final JobInfo JOB =
      new JobInfo("perseus", "m", "uniform", new Degrees(1, 1, 1), 1, 1);
  private static final List<PipeInstruction> PIPE =
      List.of(
          PipeInstruction.LOAD,
          PipeInstruction.FORWARD,
          PipeInstruction.P2P,
          PipeInstruction.BACKWARD,
          PipeInstruction.STEP);
  private static final List<RankInfo> RANKS =
      List.of(
          new RankInfo(
              0, 0, 0, 0, PIPE, SimulatedGpus.named("sim:a100-pcie").supportedClocksMhz()));

  @Test
  void twoWarmUpsPrecedeEveryClockDownToTheMinimum() {
    Scheduler scheduler = InstructionProfiler.factory(850, false, 0).create(JOB, RANKS);
    List<Round> rounds = rounds(scheduler, report(Double.NaN, 1));

    assertThat(rounds).allMatch(round -> round.warmup() == (round.number() < 2));
    assertThat(rounds)
        .extracting(Round::frequencyMhz)
        .hasSize(40)
        .startsWith(1410, 1410, 1410, 1395)
        .endsWith(870, 855);
    assertThat(scheduler.rounds()).isEqualTo(40);
  }

  @Test
  void stopsEarlyWhenEnergyHasRisenFiveTimesInARow() {
    Scheduler scheduler = InstructionProfiler.factory(210, true, 0).create(JOB, RANKS);
    int lastClock = 0;
    for (Optional<Round> round = scheduler.next(); round.isPresent(); round = scheduler.next()) {
      int clock = round.get().frequencyMhz();
      RankResult result =
          new RankResult(
              0, new double[] {1}, new double[] {Math.abs(clock - 1065)}, Map.of(), Map.of());
      scheduler.observe(round.get(), new RoundResults(RANKS, List.of(result)));
      lastClock = clock;
    }

    assertThat(lastClock).isEqualTo(1065 - 5 * 15);
  }

  private static RankResult report(double precision, double... iterSeconds) {
    return new RankResult(
        0,
        iterSeconds,
        iterSeconds,
        Map.of(),
        Map.of(),
        Double.isNaN(precision) ? null : Double.valueOf(precision));
  }

  private static List<Round> rounds(Scheduler scheduler, RankResult result) {
    List<Round> rounds = new ArrayList<>();
    for (Optional<Round> round = scheduler.next(); round.isPresent(); round = scheduler.next()) {
      rounds.add(round.get());
      scheduler.observe(round.get(), new RoundResults(RANKS, List.of(result)));
    }
    return rounds;
  }

  @Test
  void preciseProfilingVisitsEachClockOnceAndRevisitsTheFirst() {
    Scheduler scheduler = InstructionProfiler.factory(1380, false, 0.01).create(JOB, RANKS);
    List<Round> rounds = rounds(scheduler, report(0.02, 1, 1));

    assertThat(rounds)
        .extracting(Round::frequencyMhz)
        .containsExactly(1410, 1410, 1410, 1395, 1380, 1410);
    assertThat(rounds).allMatch(round -> round.precision() == 0.01);
    assertThat(rounds)
        .extracting(Round::revisit)
        .containsExactly(false, false, false, false, false, true);
    assertThat(scheduler.rounds()).isEqualTo(6);
  }

  @Test
  void clockIsRepeatedUntilReportsHaveThePrecision() {
    // The first iteration of each round is a warm-up. The other two iterations have the values 1
    // and 1.04. The relative standard error of their mean is 2.0 % after one round, and 1.1 % after
    // two rounds. It must be at most 1.3 %.
    Scheduler scheduler = InstructionProfiler.factory(1395, false, 0.013).create(JOB, RANKS);
    List<Round> rounds = rounds(scheduler, report(Double.NaN, 9, 1, 1.04));

    assertThat(rounds)
        .extracting(Round::frequencyMhz)
        .containsExactly(1410, 1410, 1410, 1410, 1395, 1395, 1410);
    assertThat(scheduler.rounds()).isEqualTo(7);
  }

  @Test
  void clockThatNeverReachesThePrecisionEndsAfterTenRounds() {
    Scheduler scheduler = InstructionProfiler.factory(1410, false, 0.001).create(JOB, RANKS);

    assertThat(rounds(scheduler, report(Double.NaN, 9, 1, 2))).hasSize(2 + 10 + 1);
  }

  @Test
  void profileContainsStandardErrors() {
    Scheduler scheduler = InstructionProfiler.factory(1410, false, 0).create(JOB, RANKS);
    rounds(scheduler, measured(new double[][] {{9, 9}, {3, 5}, {5, 3}}));

    // The four executions after the warm-up have a mean of 4 J and a standard deviation of 1.15 J.
    String[] fields = row(scheduler);
    assertThat(Double.parseDouble(fields[4])).isEqualTo(4);
    assertThat(fields[5]).isEqualTo("4");
    assertThat(Double.parseDouble(fields[7])).isCloseTo(0.577, within(0.001));
  }

  @Test
  void executionsWithoutAChangeOfTheCounterAddHalfAnUpdateToTheError() {
    Scheduler scheduler = InstructionProfiler.factory(1410, false, 0).create(JOB, RANKS);
    double[][] windows = new double[1001][];
    for (int i = 0; i < windows.length; i++) {
      windows[i] = new double[] {0, 0, i % 2 == 0 ? 20 : 0, 0};
    }
    rounds(scheduler, measured(windows));

    String[] fields = row(scheduler);
    assertThat(Double.parseDouble(fields[4])).isCloseTo(2.5, within(0.1));
    assertThat(Double.parseDouble(fields[7])).isCloseTo(10, within(0.1));
  }

  private static RankResult measured(double[][] forwards) {
    double[] iterations = new double[forwards.length];
    Arrays.fill(iterations, 1);
    return new RankResult(
        0, iterations, iterations, Map.of("forward", forwards), Map.of("forward", forwards));
  }

  private static String[] row(Scheduler scheduler) {
    List<String> lines = scheduler.findings().get("profile.csv").lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0))
        .isEqualTo("stage,instruction,frequency,time,energy,instances,time_stderr,energy_stderr");
    return lines.get(1).split(",");
  }

  @Test
  void minimumAboveTheHighestClockIsRefused() {
    assertThatThrownBy(() -> InstructionProfiler.factory(2000, false, 0).create(JOB, RANKS))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("1410 MHz");
  }

  @Test
  void otherInstructionsKeepTheClockOfTheComputationBefore() {
    assertThat(FrequencySchedule.spread(PIPE, List.of(1200, 900)))
        .containsExactly(1200, 1200, 1200, 900, 900);
  }

  @Test
  void measurementExcludesTheFirstTwoIterations() {
    RankResult slow =
        new RankResult(0, new double[] {9, 8, 2, 4}, new double[] {9, 9, 10, 20}, null, null);
    RankResult fast =
        new RankResult(1, new double[] {9, 8, 3, 3}, new double[] {9, 9, 30, 40}, null, null);

    assertThat(Measurement.of(List.of(slow, fast))).isEqualTo(new Measurement(3.5, 50, 2));
  }
}
