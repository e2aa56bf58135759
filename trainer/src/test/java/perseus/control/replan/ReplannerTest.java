package perseus.control.replan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.RoundResults;
import perseus.control.StagePlan;
import perseus.io.AtomicFiles;
import perseus.io.JsonFiles;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.planfile.Goal;
import perseus.planfile.PlanCatalog;
import perseus.planfile.PlanFile;
import perseus.planfile.PlannedProblem;
import perseus.planner.Planners;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/** Tests whether jobs get new plans when their measurements differ from the profile. */
class ReplannerTest {
  private static final double TOLERANCE = 0.02;

  @TempDir static Path realPlans;
  @TempDir static Path simulatedPlans;
  @TempDir Path directory;

  private final Random random = new Random(5);
  private final Queue<Runnable> background = new ArrayDeque<>();
  private List<RankInfo> ranks = MadeJob.ranks(1, MadeJob.CLOCKS);
  private Replanner replanner;
  private PlannedProblem running;
  private int round;

  @BeforeAll
  static void writePlans() {
    MadeJob.writePlans(realPlans, MadeJob.profile());
    MadeJob.writePlans(simulatedPlans, MadeJob.profile(true, row -> 1, row -> 1));
  }

  private void start(Path plans, boolean simulatedJob) {
    running = PlannedProblem.read(plans);
    replanner =
        new Replanner(TOLERANCE, plans, MadeJob.info(1, simulatedJob), ranks, background::add);
  }

  private void start() {
    start(realPlans, false);
  }

  /** Runs one round under the plan for pipelines that are not slow. */
  private void run(StageProfile truth, double noise) {
    PlanCatalog.Entry entry = new Goal.Straggler(1).choose(replanner.catalog());
    Plan plan = PlanFile.predict(entry.planFile(running.directory()), running.problem());
    RoundResults results = MadeJob.report(ranks, truth, plan, new double[] {1}, noise, random);
    replanner.observe(round++, results, entry, pipeline -> true, new double[] {1});
  }

  private void run(StageProfile truth) {
    run(truth, 0.002);
  }

  /** Runs the tasks of the background thread, and makes the job use the new plans. */
  private Map<PlanCatalog.Entry, StagePlan> change() {
    while (!background.isEmpty()) {
      background.remove().run();
    }
    Map<PlanCatalog.Entry, StagePlan> ready = replanner.takeReady().orElseThrow();
    Path written = directory.resolve("new-" + round);
    replanner.takeNewPlans().orElseThrow().writer().accept(written);
    running = PlannedProblem.read(written);
    return ready;
  }

  private ProfileRow row(int stage, Instruction instruction, int clock) {
    return running.profile().options(stage, instruction).stream()
        .filter(row -> row.frequencyMhz() == clock)
        .findFirst()
        .orElseThrow();
  }

  private void requireCloseTo(StageProfile truth, double fraction) {
    for (ProfileRow expected : truth.rows()) {
      ProfileRow row = row(expected.stage(), expected.instruction(), expected.frequencyMhz());
      assertThat(row.timeSeconds() / expected.timeSeconds()).isCloseTo(1, within(fraction));
      assertThat(row.energyJoules() / expected.energyJoules()).isCloseTo(1, within(fraction));
    }
  }

  @Test
  void slowerStageGetsNewPlansAfterThreeRounds() {
    start();
    StageProfile truth = MadeJob.slower(1, 1.06);
    run(truth);
    run(truth);
    assertThat(background).isEmpty();
    run(truth);
    assertThat(background).hasSize(1);
    assertThat(replanner.takeNotices())
        .singleElement()
        .asString()
        .contains("forward of stage 1", "backward of stage 1", "106.0 %")
        .doesNotContain("stage 0", "simulated");

    Map<PlanCatalog.Entry, StagePlan> made = change();

    requireCloseTo(truth, 0.005);
    assertThat(row(0, Instruction.FORWARD, 1410))
        .isEqualTo(MadeJob.profile().options(0, Instruction.FORWARD).get(0));
    assertThat(made.keySet()).containsExactlyElementsOf(running.catalog().plans());
    PlanCatalog.Entry chosen = new Goal.Straggler(1).choose(running.catalog());
    Frontier fresh = Planners.PERSEUS.plan(running.problem(), new PlanRequest(1, chosen.timeS()));
    assertThat(
            fresh.plans().stream()
                .filter(plan -> plan.timeSeconds() <= chosen.timeS() * (1 + 1e-9))
                .mapToDouble(Plan::energyJoules)
                .min()
                .orElseThrow())
        .isGreaterThanOrEqualTo(chosen.energyJ() * (1 - 2e-4));
    assertThat(replanner.findings().get(Replanner.FILE_NAME))
        .contains("\"planned\"", "replanned-1", "predicted_before", "\"corrected\"")
        .doesNotContain("simulated");
    assertThat(running.profile().notes().warnings()).anyMatch(w -> w.contains("rescaled"));
    for (int i = 0; i < 5; i++) {
      run(truth);
    }
    assertThat(background).isEmpty();
  }

  @Test
  void noiseAndDriftBelowTheToleranceChangeNothing() {
    start();
    for (int i = 0; i < 30; i++) {
      run(MadeJob.slower(1, 1.015), 0.01);
    }
    assertThat(background).isEmpty();
    assertThat(replanner.findings()).isEmpty();
    assertThat(replanner.takeNotices()).isEmpty();
  }

  @Test
  void disturbancesOfTwoRoundsChangeNothing() {
    start();
    for (int i = 0; i < 5; i++) {
      run(MadeJob.slower(1, 1.3));
      run(MadeJob.slower(1, 1.3));
      run(MadeJob.profile());
    }
    run(MadeJob.slower(0, 1.3));
    run(MadeJob.slower(1, 1.3));
    run(MadeJob.slower(1, 0.7));
    run(MadeJob.slower(1, 1.3));
    assertThat(background).isEmpty();
  }

  @Test
  void stageThatBecomesFastAgainGetsNewPlansToo() {
    start();
    for (int i = 0; i < 3; i++) {
      run(MadeJob.slower(1, 1.06));
    }
    change();
    for (int i = 0; i < 3; i++) {
      run(MadeJob.profile());
    }
    change();
    requireCloseTo(MadeJob.profile(), 0.006);
    assertThat(running.profile().notes().warnings()).hasSize(1);
  }

  @Test
  void powerOfAStageIsRescaledAlone() {
    start();
    StageProfile truth = MadeJob.profile(false, row -> 1, row -> row.stage() == 0 ? 1.08 : 1);
    for (int i = 0; i < 3; i++) {
      run(truth);
    }
    assertThat(replanner.takeNotices())
        .singleElement()
        .asString()
        .contains("power of the computations of stage 0 is 108.")
        .doesNotContain("forward");
    change();
    requireCloseTo(truth, 0.005);
  }

  @Test
  void instructionThatAloneBecomesSlowerKeepsItsPower() {
    start();
    StageProfile truth =
        MadeJob.profile(false, ReplannerTest::slowForward, ReplannerTest::slowForward);
    for (int i = 0; i < 3; i++) {
      run(truth);
    }
    change();
    requireCloseTo(truth, 0.006);
  }

  private static double slowForward(ProfileRow row) {
    return row.stage() == 0 && row.instruction().equals(Instruction.FORWARD) ? 1.1 : 1;
  }

  @Test
  void jobGoesOnUnderItsPlansUntilTheNewOnesAreReady() {
    start();
    PlanCatalog before = replanner.catalog();
    for (int i = 0; i < 20; i++) {
      run(MadeJob.slower(1, 1.06));
      assertThat(replanner.takeReady()).isEmpty();
    }
    assertThat(background).hasSize(1);
    assertThat(replanner.catalog()).isEqualTo(before);
    change();
    assertThat(replanner.catalog()).isNotEqualTo(before);
  }

  @Test
  void failureToMakeNewPlansKeepsThePlansAndWaitsLonger() {
    // The new plans need clocks that the GPUs do not support.
    start();
    ranks = MadeJob.ranks(1, List.of(1410));
    PlanCatalog before = replanner.catalog();
    replanner =
        new Replanner(
            TOLERANCE, running.directory(), MadeJob.info(1, false), ranks, background::add);
    for (int i = 0; i < 3; i++) {
      run(MadeJob.slower(1, 1.5));
    }
    replanner.takeNotices();
    background.remove().run();
    assertThat(replanner.takeReady()).isEmpty();
    assertThat(replanner.catalog()).isEqualTo(before);
    assertThat(replanner.takeNewPlans()).isEmpty();
    assertThat(replanner.takeNotices())
        .singleElement()
        .asString()
        .contains("could not be made", "keeps its plans", "does not support");
    assertThat(replanner.findings().get(Replanner.FILE_NAME)).contains("\"failed\"", "reason");
    for (int i = 0; i < 5; i++) {
      run(MadeJob.slower(1, 1.5));
    }
    assertThat(background).isEmpty();
    run(MadeJob.slower(1, 1.5));
    assertThat(background).hasSize(1);
  }

  @Test
  void endOfTheJobCancelsTheMakingOfPlans() {
    start();
    for (int i = 0; i < 3; i++) {
      run(MadeJob.slower(1, 1.06));
    }
    replanner.close();
    background.remove().run();
    assertThat(replanner.takeReady()).isEmpty();
    assertThat(replanner.takeNewPlans()).isEmpty();
  }

  @Test
  void newPlansOfASimulatedJobAreMarkedAsSimulated() {
    start(simulatedPlans, false);
    for (int i = 0; i < 3; i++) {
      run(MadeJob.slower(1, 1.06));
    }
    assertThat(replanner.takeNotices().get(0)).contains("(simulated)");
    change();
    assertThat(running.catalog().simulated()).isTrue();
    assertThat(running.profile().notes().simulated()).isTrue();
    assertThat(replanner.takeNotices().get(0)).contains("(simulated)");
    assertThat(replanner.findings().get(Replanner.FILE_NAME)).contains("\"simulated\" : true");
  }

  @Test
  void plansFromTheMeasurementsOfASimulatedJobAreMarked() {
    start(realPlans, true);
    for (int i = 0; i < 3; i++) {
      run(MadeJob.slower(1, 1.06));
    }
    change();
    assertThat(running.catalog().simulated()).isTrue();
  }

  @Test
  void ranksWithoutTimesOfInstructionsAreNamedOnce() {
    start();
    RankResult result =
        new RankResult(0, new double[] {9, 9, 9}, new double[] {1, 1, 1}, Map.of(), Map.of());
    for (int i = 0; i < 5; i++) {
      replanner.observe(
          i,
          new RoundResults(ranks, List.of(result, result)),
          replanner.catalog().plans().get(0),
          pipeline -> true,
          new double[] {1});
    }
    assertThat(background).isEmpty();
    assertThat(replanner.takeNotices()).singleElement().asString().contains("no effect");
  }

  @Test
  void energiesThatAreUnknownAreNotRescaled() {
    start();
    StageProfile truth = MadeJob.slower(1, 1.06);
    for (int i = 0; i < 3; i++) {
      PlanCatalog.Entry entry = new Goal.Straggler(1).choose(replanner.catalog());
      Plan plan = PlanFile.predict(entry.planFile(running.directory()), running.problem());
      List<RankResult> without =
          MadeJob.report(ranks, truth, plan, new double[] {1}, 0.002, random).ranks().stream()
              .map(
                  r ->
                      new RankResult(
                          r.rank(), r.iterTime(), new double[5], r.timeBreakdown(), Map.of()))
              .toList();
      replanner.observe(
          i, new RoundResults(ranks, without), entry, pipeline -> true, new double[] {1});
    }
    assertThat(replanner.takeNotices().get(0)).contains("energy of stage 1 is unknown");
    change();
    requireCloseTo(truth, 0.005);
  }

  @Test
  void plansOfAnotherPlannerAreRefused() {
    Path plans = MadeJob.writePlans(directory, MadeJob.profile());
    Path catalog = plans.resolve(PlanCatalog.FILE_NAME);
    AtomicFiles.write(
        catalog,
        JsonFiles.toJson(PlanCatalog.read(plans))
            .replace("\"planner\" : \"perseus\"", "\"planner\" : \"uniform\""));
    assertThatThrownBy(() -> Replanner.check(plans))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("uniform", "replan_tolerance", plans.toString());
  }
}
