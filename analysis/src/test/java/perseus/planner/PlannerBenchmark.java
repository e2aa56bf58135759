package perseus.planner;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import perseus.pipeline.Instruction;
import perseus.pipeline.Schedules;
import perseus.planner.bound.LowerBoundSolver;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/**
 * Measures the time of planning, and the gaps between the plans and the lower bound. The program
 * prints a Markdown table with medians over repeated runs in one process, whose code the JVM has
 * already compiled.
 *
 * <p>By default the profiles are artificial: they have 38 frequencies, the power of an A100, 0.5 %
 * noise, and different stages. With a measured profile, problems have 12 to 96 microbatches.
 *
 * <p>{@code java -cp
 * "analysis/target/classes:analysis/target/test-classes:analysis-cli/target/lib/*"
 * perseus.planner.PlannerBenchmark [RUNS] [MAX_OPERATIONS] [PROFILE.csv BLOCKING_WATTS]}
 */
public final class PlannerBenchmark {
  private static final int PLANS = 200;

  private PlannerBenchmark() {}

  /** Prints the table. */
  public static void main(String[] arguments) {
    int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    int maxOperations = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4096;
    System.out.println(
        "| stages | microbatches | operations | breakpoints | frontier (s) | frontier and 200 plans (s) | largest gap | mean gap | memory (MiB) |");
    System.out.println("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    if (arguments.length > 3) {
      StageProfile profile = StageProfile.read(Path.of(arguments[2]));
      for (int microbatches : new int[] {12, 24, 48, 96}) {
        row(() -> problem(profile, microbatches, Double.parseDouble(arguments[3])), runs);
      }
      return;
    }
    for (int[] shape :
        new int[][] {
          {4, 12}, {4, 32}, {4, 128}, {8, 12}, {8, 24}, {8, 48}, {8, 96}, {8, 256}, {8, 1024},
          {16, 32}, {32, 32}, {64, 64}, {64, 512}
        }) {
      if (2 * shape[0] * shape[1] <= maxOperations) {
        row(() -> problem(shape[0], shape[1]), runs);
      }
    }
  }

  private static void row(Supplier<PlanningProblem> problems, int runs) {
    double[] frontierSeconds = new double[runs];
    double[] planSeconds = new double[runs];
    Frontier planned = null;
    for (int run = -1; run < runs; run++) {
      // Each run has a new problem, so that no run can use cached results of another run.
      PlanningProblem problem = problems.get();
      long start = System.nanoTime();
      LowerBoundSolver.bound(problem);
      long middle = System.nanoTime();
      planned = Planners.PERSEUS.plan(problem, new PlanRequest(PLANS));
      if (run >= 0) {
        frontierSeconds[run] = (middle - start) / 1e9;
        planSeconds[run] = (System.nanoTime() - middle) / 1e9;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "| %d | %d | %,d | %,d | %.3f | %.3f | %.3f %% | %.3f %% | %d |%n",
        planned.problem().dag().stages(),
        planned.problem().microbatches(),
        planned.problem().dag().size(),
        planned.bound().size(),
        median(frontierSeconds),
        median(planSeconds),
        100 * planned.plans().stream().mapToDouble(planned::gap).max().orElseThrow(),
        100 * planned.plans().stream().mapToDouble(planned::gap).average().orElseThrow(),
        (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20);
  }

  /** Returns a 1F1B problem with an artificial profile, in which all stages differ. */
  public static PlanningProblem problem(int stages, int microbatches) {
    return problem(profile(stages), microbatches, 84);
  }

  /** Returns a 1F1B problem in which every GPU draws the same power in watts while it waits. */
  public static PlanningProblem problem(
      StageProfile profile, int microbatches, double blockingWatts) {
    double[] watts = new double[profile.stages()];
    Arrays.fill(watts, blockingWatts);
    return PlanningProblem.of(profile, Schedules.ONE_FORWARD_ONE_BACKWARD, microbatches, watts);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /**
   * Returns an artificial profile with 38 frequencies for each instruction. Each call returns the
   * same profile.
   */
  public static StageProfile profile(int stages) {
    Random random = new Random(1);
    List<ProfileRow> rows = new ArrayList<>();
    for (int s = 0; s < stages; s++) {
      double weight = 1 + 0.04 * random.nextDouble();
      rows.addAll(options(s, Instruction.FORWARD, 0.05 * weight, random));
      rows.addAll(options(s, Instruction.BACKWARD, 0.1 * weight, random));
    }
    return new StageProfile(rows, ProfileNotes.none("the benchmark"));
  }

  private static List<ProfileRow> options(
      int stage, Instruction instruction, double seconds, Random random) {
    List<ProfileRow> rows = new ArrayList<>();
    for (int frequency = 1410; frequency >= 855; frequency -= 15) {
      double clock = frequency / 1410.0;
      double time = seconds * (0.78 / clock + 0.22) * (1 + 0.0005 * random.nextGaussian());
      double volts = Math.max(0.72, 0.2 + 0.8 * clock);
      double watts = (90 + 385 * clock * volts * volts) * (1 + 0.005 * random.nextGaussian());
      rows.add(new ProfileRow(stage, instruction, frequency, time, watts * time));
    }
    return rows;
  }
}
