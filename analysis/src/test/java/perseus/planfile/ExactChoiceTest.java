package perseus.planfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.UserError;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.StageProfile;

/**
 * Tests that planning again for a goal gives a plan that is at least as good as all existing plans.
 */
class ExactChoiceTest {
  @TempDir Path directory;
  private PlanningProblem problem;
  private PlanCatalog catalog;
  private PlannedProblem planned;

  @BeforeEach
  void writeFewPlans() {
    StageProfile profile = SmallPipeline.profile(true);
    Frontier frontier = SmallPipeline.frontier(profile, 3);
    problem = SmallPipeline.problem(profile);
    PlanDirectory.write(
        directory,
        frontier,
        SmallPipeline.summary(frontier, profile),
        PlanFormat.LOWTIME,
        into -> {});
    catalog = PlanCatalog.read(directory);
    planned = new PlannedProblem(directory, catalog, profile, problem);
  }

  @Test
  void newPlanKeepsTheLimitAndIsNoWorseThanExistingPlans() {
    for (Goal goal :
        List.of(
            new Goal.Slowdown(1.03),
            new Goal.Deadline(1.05 * catalog.shortestTimeS()),
            new Goal.LeastEnergy())) {
      PlanCatalog.Entry before = goal.choose(catalog);
      PlanCatalog.Entry exact = ExactChoice.of(goal, planned).entry();
      assertThat(exact.energyJ()).isLessThanOrEqualTo(before.energyJ() * (1 + 1e-12));
    }
    double limit = 1.03 * catalog.allMax().timeS();
    assertThat(ExactChoice.of(new Goal.Slowdown(1.03), planned).entry().timeS())
        .isLessThanOrEqualTo(limit)
        .isGreaterThan(new Goal.Slowdown(1.03).choose(catalog).timeS());
  }

  @Test
  void energyBudgetAllowsAFasterPlanThanExistingOnes() {
    PlanCatalog.Entry fastest = catalog.plans().get(catalog.plans().size() - 1);
    PlanCatalog.Entry next = catalog.plans().get(catalog.plans().size() - 2);
    Goal goal = new Goal.EnergyBudget(0.3 * next.energyJ() + 0.7 * fastest.energyJ());
    assertThat(ExactChoice.of(goal, planned).entry().timeS())
        .isLessThan(goal.choose(catalog).timeS());
    assertThatThrownBy(() -> ExactChoice.of(new Goal.EnergyBudget(1), planned))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("at most 1 J");
  }

  @Test
  void existingPlanIsChosenIfNoNewPlanIsBetter() {
    PlanCatalog.Entry slowest = catalog.plans().get(0);
    for (Goal goal :
        List.of(
            new Goal.Deadline(2 * slowest.timeS()),
            new Goal.Deadline(1.001 * slowest.timeS()),
            new Goal.PowerCap(Goal.PowerCap.meanWatts(slowest)),
            new Goal.LeastEnergyDelay())) {
      PlanCatalog.Entry before = goal.choose(catalog);
      PlanCatalog.Entry exact = ExactChoice.of(goal, planned).entry();
      assertThat(exact.energyJ() * exact.timeS())
          .isLessThanOrEqualTo(before.energyJ() * before.timeS() * (1 + 1e-12));
    }
  }

  @Test
  void energyBudgetAndPowerCapAllowPlansThatOnlyExactPlanningMakes() {
    PlanCatalog few = catalog.withPlans(catalog.plans().subList(2, 3));
    PlannedProblem fastestOnly = new PlannedProblem(directory, few, planned.profile(), problem);
    PlanCatalog.Entry fastest = few.plans().get(0);
    for (Goal goal :
        List.of(
            new Goal.EnergyBudget(0.999 * fastest.energyJ()),
            new Goal.PowerCap(0.999 * Goal.PowerCap.meanWatts(fastest)))) {
      assertThatThrownBy(() -> goal.choose(few)).isInstanceOf(UserError.class);
      PlanCatalog.Entry exact = ExactChoice.of(goal, fastestOnly).entry();
      assertThat(exact.energyJ()).isLessThan(fastest.energyJ());
    }
  }

  private static Plan chosen(ExactChoice choice) {
    return choice.frontier().plans().get(choice.entry().number());
  }

  @Test
  void planIsWrittenAndCopiedWithItsKnobs() throws IOException {
    ExactChoice choice = ExactChoice.of(new Goal.Slowdown(1.03), planned);
    Path file = directory.resolve("own/exact.py");
    PlanDirectory.writePlan(
        file,
        choice.frontier(),
        choice.entry().number(),
        new PlanOrigin(Optional.of("gpt\n[1]\n"), true),
        PlanFormat.LOWTIME);
    assertThat(PlanFile.origin(file)).isEqualTo(new PlanOrigin(Optional.of("gpt [1]"), true));
    assertThat(PlanFile.read(file).frequenciesMhz())
        .isEqualTo(FrequencyPlan.of(chosen(choice)).frequenciesMhz());
    assertThat(PlanFile.predict(file, problem).timeSeconds())
        .isCloseTo(choice.entry().timeS(), within(1e-8));
    assertThat(Files.readString(directory.resolve("own/exact.json")))
        .contains("\"simulated\" : true");
    assertThat(PlanFile.prediction(file).orElseThrow().timeSeconds())
        .isCloseTo(choice.entry().timeS(), within(1e-8));
    assertThat(Files.readString(directory.resolve("own/exact.json"))).contains("\"comm\"");
    Path copy = directory.resolve("copy.py");
    PlanDirectory.copyPlan(directory.resolve("plans").resolve(PlanFile.name(0)), copy);
    assertThat(copy).exists();
    assertThat(Files.readString(directory.resolve("copy.json"))).contains("\"comm\"");
    Plan read = PlanFile.predict(file, problem);
    assertThat(read.energyJoules()).isCloseTo(choice.entry().energyJ(), within(1e-9));
    Files.writeString(directory.resolve("own/exact.json"), "[[], null, []]");
    assertThatThrownBy(() -> PlanFile.predict(file, problem))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(file.toString(), "one entry for each frequency");
  }
}
