package perseus.planner;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import perseus.pipeline.Instruction;
import perseus.planner.problem.EarlierPlans;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/**
 * Compares two ways of planning after the profile of a job has changed: from earlier plans, and
 * without earlier plans (fresh plans). The program prints a Markdown table with one row for each
 * change of the profile. A row contains the processor time and the mean gap of each way. Each time
 * is for 200 plans and one plan for a new straggler, as the median over several runs in one
 * process.
 *
 * <p>The gap of a plan is its energy above the lower bound, as a fraction of the bound. The gap of
 * each plan is compared with the gap of the fresh plan whose time is nearest. The last columns
 * compare 193 fresh plans with 200 fresh plans. These columns show the differences of gaps that
 * occur even without earlier plans.
 *
 * <p>{@code java -cp
 * "analysis/target/classes:analysis/target/test-classes:analysis-cli/target/lib/*"
 * perseus.planner.EarlierPlansBenchmark RUNS MICROBATCHES [SWITCH_SECONDS [PROFILE.csv
 * BLOCKING_WATTS]]}. Without a profile, the program uses the artificial profile of {@link
 * PlannerBenchmark} with 8 stages. The artificial profile has no backwards at frequencies from
 * 1,195 to 1,290 MHz.
 */
public final class EarlierPlansBenchmark {
  private static final int PLANS = 200;

  /** Number of fresh plans that are compared with {@link #PLANS} fresh plans. */
  private static final int OTHER_PLANS = 193;

  private static final int STAGES = 8;
  private static final double STRAGGLER = 1.1234;

  /**
   * Difference of two gaps above which a plan counts as worse or better than a fresh plan, as a
   * fraction of the lower bound.
   */
  private static final double TOLERANCE = 2e-4;

  private EarlierPlansBenchmark() {}

  /** Prints the table. */
  public static void main(String[] arguments) {
    int runs = Integer.parseInt(arguments[0]);
    int microbatches = Integer.parseInt(arguments[1]);
    double switchSeconds = arguments.length > 2 ? Double.parseDouble(arguments[2]) : 0;
    StageProfile profile =
        arguments.length > 3 ? StageProfile.read(Path.of(arguments[3])) : withHole();
    double watts = arguments.length > 4 ? Double.parseDouble(arguments[4]) : 84;
    PlanningProblem before =
        PlannerBenchmark.problem(profile, microbatches, watts).withSwitchCost(switchSeconds);
    EarlierPlans earlier = EarlierPlans.of(Planners.PERSEUS.plan(before, new PlanRequest(PLANS)));
    System.out.println(
        "| new profile | with `--from` (s) | fresh (s) | ratio | plans | mean gap with `--from` / fresh | worse by more than 0.02 % | most | better by more than 0.02 % | 193 instead of 200 fresh plans: worse | most |");
    System.out.println(
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    changes()
        .forEach(
            (name, change) -> {
              StageProfile changed =
                  new StageProfile(profile.rows().stream().map(change).toList(), profile.notes());
              row(
                  name,
                  PlannerBenchmark.problem(changed, microbatches, watts)
                      .withSwitchCost(switchSeconds),
                  earlier,
                  runs);
            });
  }

  private static Map<String, UnaryOperator<ProfileRow>> changes() {
    Map<String, UnaryOperator<ProfileRow>> changes = new LinkedHashMap<>();
    changes.put("the same", row -> row);
    changes.put("all times and energies 2 % higher", row -> row.scaled(1.02, 1.02));
    changes.put("one stage 0.3 % slower", row -> row.stage() == 3 ? row.scaled(1.003, 1.003) : row);
    for (double noise : new double[] {1e-4, 1e-3, 5e-3}) {
      Random random = new Random(7);
      changes.put(
          "times and energies with %s %% noise".formatted(100 * noise),
          row -> row.scaled(1 + noise * random.nextGaussian(), 1 + noise * random.nextGaussian()));
    }
    return changes;
  }

  private static StageProfile withHole() {
    StageProfile made = PlannerBenchmark.profile(STAGES);
    List<ProfileRow> rows = new ArrayList<>(made.rows());
    rows.removeIf(
        row ->
            row.instruction().equals(Instruction.BACKWARD)
                && row.frequencyMhz() >= 1195
                && row.frequencyMhz() <= 1290);
    return new StageProfile(rows, made.notes());
  }

  private static void row(String name, PlanningProblem problem, EarlierPlans earlier, int runs) {
    double straggler = STRAGGLER * Plan.allMax(problem).timeSeconds();
    double[] fromSeconds = new double[runs];
    double[] freshSeconds = new double[runs];
    Frontier from = null;
    Frontier fresh = null;
    for (int run = -1; run < runs; run++) {
      double start = processorSeconds();
      from =
          Planners.PERSEUS.plan(
              problem, new PlanRequest(PLANS, straggler).from(earlier.in(problem)));
      double middle = processorSeconds();
      fresh = Planners.PERSEUS.plan(problem, new PlanRequest(PLANS, straggler));
      if (run >= 0) {
        fromSeconds[run] = middle - start;
        freshSeconds[run] = processorSeconds() - middle;
      }
    }
    double[] worse = worse(from, fresh);
    double[] freshWorse =
        worse(Planners.PERSEUS.plan(problem, new PlanRequest(OTHER_PLANS, straggler)), fresh);
    System.out.printf(
        Locale.ROOT,
        "| %s | %.2f | %.2f | %.2f | %d | %.4f / %.4f %% | %d | %.3f %% | %d | %d | %.3f %% |%n",
        name,
        median(fromSeconds),
        median(freshSeconds),
        median(fromSeconds) / median(freshSeconds),
        worse.length,
        meanGapPercent(from),
        meanGapPercent(fresh),
        Arrays.stream(worse).filter(each -> each > TOLERANCE).count(),
        100 * Arrays.stream(worse).max().orElseThrow(),
        Arrays.stream(worse).filter(each -> each < -TOLERANCE).count(),
        Arrays.stream(freshWorse).filter(each -> each > TOLERANCE).count(),
        100 * Arrays.stream(freshWorse).max().orElseThrow());
  }

  private static double meanGapPercent(Frontier frontier) {
    return 100 * frontier.plans().stream().mapToDouble(frontier::gap).average().orElseThrow();
  }

  /** Returns the gap of each plan minus the gap of the fresh plan whose time is nearest. */
  private static double[] worse(Frontier frontier, Frontier fresh) {
    return frontier.plans().stream()
        .mapToDouble(plan -> frontier.gap(plan) - fresh.gap(nearest(fresh, plan.timeSeconds())))
        .toArray();
  }

  private static Plan nearest(Frontier frontier, double seconds) {
    Plan nearest = frontier.plans().get(0);
    for (Plan plan : frontier.plans()) {
      if (Math.abs(plan.timeSeconds() - seconds) < Math.abs(nearest.timeSeconds() - seconds)) {
        nearest = plan;
      }
    }
    return nearest;
  }

  private static double processorSeconds() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
