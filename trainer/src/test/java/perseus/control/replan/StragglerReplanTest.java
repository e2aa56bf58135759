package perseus.control.replan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.control.JobInfo;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.control.policy.Schedulers;
import perseus.control.policy.Straggler;
import perseus.io.UserError;
import perseus.planfile.PlanFile;
import perseus.planfile.PlannedProblem;
import perseus.planner.problem.Plan;
import perseus.profile.StageProfile;

/**
 * Tests the scheduler Straggler with the argument {@code replan_tolerance} and a job of two
 * pipelines.
 */
class StragglerReplanTest {
  @TempDir static Path plans;
  private static final List<RankInfo> RANKS = MadeJob.ranks(2, MadeJob.CLOCKS);

  private final Random random = new Random(3);
  private Straggler scheduler;

  @BeforeAll
  static void writePlans() {
    MadeJob.writePlans(plans, MadeJob.profile());
  }

  @BeforeEach
  void createScheduler() {
    scheduler = create(MadeJob.info(2, false));
  }

  private static Straggler create(JobInfo job) {
    Map<String, Object> args = Map.of("frontier", plans.toString(), "replan_tolerance", 0.02);
    return (Straggler) Schedulers.choose("Straggler", args, null).factory().create(job, RANKS);
  }

  /**
   * Runs one round. The times of each pipeline are the times of the profile {@code truth},
   * multiplied by the pipeline's element of {@code slowdowns}.
   */
  private void run(StageProfile truth, double... slowdowns) {
    Round round = scheduler.next().orElseThrow();
    Path file = plans.resolve("plans").resolve(round.plan().split(", ")[0]);
    Plan plan = PlanFile.predict(file, PlannedProblem.read(plans).problem());
    scheduler.observe(round, MadeJob.report(RANKS, truth, plan, slowdowns, 0.002, random));
  }

  @Test
  void announcedStragglerDoesNotChangeTheProfile() {
    scheduler.setDegree(1, 1.3);
    for (int i = 0; i < 5; i++) {
      run(MadeJob.profile(), 1, 1.3);
    }
    assertThat(scheduler.takeNotices()).isEmpty();
    scheduler.setDegree(1, 1);
    run(MadeJob.profile(), 1, 1);
    assertThat(scheduler.takeNotices()).isEmpty();
  }

  @Test
  void unannouncedStragglerChangesTheProfile() {
    for (int i = 0; i < 3; i++) {
      run(MadeJob.profile(), 1, 1.3);
    }
    assertThat(scheduler.takeNotices()).singleElement().asString().contains("130.");
    scheduler.close();
  }

  @Test
  void noticeSaysThatTheJobDoesNotReport() {
    JobInfo job = MadeJob.info(2, false);
    JobInfo silent =
        new JobInfo("zeus", "m", "", job.degrees(), 1, MadeJob.MICROBATCHES, false, false);
    assertThat(create(silent).takeNotices()).singleElement().asString().contains("no effect");
  }

  @Test
  void plansWithoutTheirProfileAreRefused(@TempDir Path other) throws Exception {
    MadeJob.writePlans(other, MadeJob.profile());
    Files.delete(other.resolve("profile.csv"));
    Map<String, Object> args = Map.of("frontier", other.toString(), "replan_tolerance", 0.02);
    Runnable check = Schedulers.choose("Straggler", args, null).fileCheck();
    assertThatThrownBy(check::run)
        .isInstanceOf(UserError.class)
        .hasMessageContaining("profile.csv does not exist");
  }

  @Test
  void plansBesideAnotherProfileAreRefusedWithAndWithoutTolerance(@TempDir Path other) {
    MadeJob.writePlans(other, MadeJob.profile());
    MadeJob.slower(1, 1.5).write(other.resolve("profile.csv"));
    for (Map<String, Object> args :
        List.<Map<String, Object>>of(
            Map.of("frontier", other.toString()),
            Map.of("frontier", other.toString(), "replan_tolerance", 0.02))) {
      Runnable check = Schedulers.choose("Straggler", args, null).fileCheck();
      assertThatThrownBy(check::run)
          .isInstanceOf(UserError.class)
          .hasMessageContaining("is not the profile of the plans in " + other);
    }
  }
}
