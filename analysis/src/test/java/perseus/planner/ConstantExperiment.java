package perseus.planner;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import perseus.io.Progress;
import perseus.planner.problem.Effort;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.StageProfile;

/**
 * Measures the plans of the planner on the class path, for one value of one of the planner's
 * constants. The result is printed as rows of a Markdown table. With the argument {@code free}, the
 * plans have the fast effort and the default effort. With the argument {@code switching}, a clock
 * change takes 10 ms.
 *
 * <p>The command {@code dev/experiment constant} compiles the planner with each value in turn, and
 * starts this class. Arguments: {@code LABEL free|switching [PROFILE.csv BLOCKING_WATTS]}. One
 * problem is an artificial profile of 4 stages with 12 microbatches. If a measured profile is
 * given, two further problems are this profile with 12 and with 24 microbatches. The measured time
 * is the processor time of the whole process in seconds, including compilation by the JVM.
 */
public final class ConstantExperiment {
  private static final int PLANS = 40;

  /**
   * Number of measurements for each row of the table. The row shows the fastest measurement,
   * because the JVM is still slow in the first measurement.
   */
  private static final int RUNS = 2;

  private ConstantExperiment() {}

  /** Prints the rows. */
  public static void main(String[] arguments) {
    List<PlanningProblem> problems = new ArrayList<>();
    problems.add(PlannerBenchmark.problem(4, 12));
    if (arguments.length > 3) {
      StageProfile profile = StageProfile.read(Path.of(arguments[2]));
      double watts = Double.parseDouble(arguments[3]);
      problems.add(PlannerBenchmark.problem(profile, 12, watts));
      problems.add(PlannerBenchmark.problem(profile, 24, watts));
    }
    if (arguments[1].equals("switching")) {
      problems.replaceAll(problem -> problem.withSwitchCost(0.01));
      row(arguments[0], "10 ms per change", problems, Effort.DEFAULT);
    } else {
      row(arguments[0], "fast", problems, Effort.FAST);
      row(arguments[0], "default", problems, Effort.DEFAULT);
    }
  }

  private static void row(
      String label, String setting, List<PlanningProblem> problems, Effort effort) {
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    PlanRequest request = new PlanRequest(PLANS, new double[0], effort, Progress.NONE);
    List<Frontier> frontiers = List.of();
    double seconds = Double.POSITIVE_INFINITY;
    for (int run = 0; run < RUNS; run++) {
      long start = process.getProcessCpuTime();
      frontiers =
          problems.stream().map(problem -> Planners.PERSEUS.plan(problem, request)).toList();
      seconds = Math.min(seconds, (process.getProcessCpuTime() - start) / 1e9);
    }
    double largest = 0;
    double mean = 0;
    double changes = 0;
    for (Frontier frontier : frontiers) {
      largest =
          Math.max(
              largest, frontier.plans().stream().mapToDouble(frontier::gap).max().orElseThrow());
      mean +=
          frontier.plans().stream().mapToDouble(frontier::gap).average().orElseThrow()
              / frontiers.size();
      changes +=
          frontier.plans().stream().mapToInt(plan -> plan.clockChanges()).average().orElseThrow()
              / frontiers.size();
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %.4f %% | %.4f %% | %.1f | %.2f |%n",
        label,
        setting,
        100 * largest,
        100 * mean,
        changes,
        seconds);
  }
}
