package perseus.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.io.Progress;
import perseus.planner.bound.CertifiedSolver;
import perseus.planner.problem.Effort;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/**
 * Tests that an interrupt ends the planning of a thread, and that several threads can plan at the
 * same time.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CancellationTest {
  private static final PlanningProblem PROBLEM = PlannerBenchmark.problem(4, 12);

  static List<Planner> planners() {
    return List.of(Planners.PERSEUS, Planners.EXPONENTIAL, Planners.ENVPIPE, Planners.UNIFORM);
  }

  @ParameterizedTest
  @MethodSource("planners")
  void planningOnAnInterruptedThreadEndsAtOnce(Planner planner) {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> planner.plan(PROBLEM)).isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  /**
   * Interrupts planning as soon as the given kind of work has reported progress for the first time.
   */
  @ParameterizedTest
  @ValueSource(strings = {"lower bound", "plans", "better plans"})
  void interruptedPlanningEndsWithAllItsThreads(String work) throws Exception {
    assertThatPlanningEnds(PROBLEM, work);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lower bound", "plans with changes of clock"})
  void interruptedPlanningWithChangesOfClockEndsWithAllItsThreads(String work) throws Exception {
    assertThatPlanningEnds(PlannerBenchmark.problem(2, 3).withSwitchCost(0.01), work);
  }

  @Test
  void interruptedPlanningOfALargeProblemEndsWithAllItsThreads() throws Exception {
    PlanningProblem large = PlannerBenchmark.problem(32, 64);
    assertThat(CertifiedSolver.isFaster(large)).isTrue();
    assertThatPlanningEnds(large, "lower bound");
  }

  private static void assertThatPlanningEnds(PlanningProblem problem, String work)
      throws InterruptedException {
    CompletableFuture<Thread> caller = new CompletableFuture<>();
    Progress progress =
        (name, done, total) -> {
          if (name.startsWith(work)) {
            caller.join().interrupt();
          }
        };
    PlanRequest request = new PlanRequest(8, new double[0], Effort.DEFAULT, progress);
    FutureTask<Boolean> planning =
        new FutureTask<>(
            () -> {
              assertThatThrownBy(() -> Planners.PERSEUS.plan(problem, request))
                  .isInstanceOf(CancellationException.class);
              return Thread.currentThread().isInterrupted();
            });
    Thread thread = new Thread(planning);
    caller.complete(thread);
    thread.start();
    assertThat(planning).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo(true);
    for (Thread worker : Thread.getAllStackTraces().keySet()) {
      if (worker.getName().matches("(perseus-planner|ForkJoinPool-).*")) {
        worker.join(20_000);
        assertThat(worker.isAlive()).isFalse();
      }
    }
  }

  @Test
  void severalThreadsPlanTheSameProblemAtOnceWithTheSameResult() throws Exception {
    List<FutureTask<List<Double>>> tasks =
        Stream.generate(() -> new FutureTask<>(CancellationTest::energies)).limit(4).toList();
    tasks.forEach(task -> new Thread(task).start());
    List<Double> alone = energies();
    assertThat(alone).hasSizeGreaterThan(2);
    for (FutureTask<List<Double>> task : tasks) {
      assertThat(task.get()).isEqualTo(alone);
    }
  }

  private static List<Double> energies() {
    PlanRequest request = new PlanRequest(5, new double[0], Effort.FAST, Progress.NONE);
    return Planners.PERSEUS.plan(PROBLEM, request).plans().stream()
        .map(Plan::energyJoules)
        .toList();
  }
}
