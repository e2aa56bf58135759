package perseus.planner.beam;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import perseus.io.Progress;
import perseus.planner.PlannerBenchmark;
import perseus.planner.bound.LowerBoundSolver;
import perseus.planner.bound.RelaxedSolution;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.OptionTables;
import perseus.planner.network.TickScale;
import perseus.planner.problem.Effort;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.rounding.RelaxedRounding;
import perseus.planner.rounding.RoundedPlan;
import perseus.profile.StageProfile;

/**
 * Measures how much each pass and each threshold of {@link BeamPasses} improves the plans. The
 * program plans several problems with all passes, and without one pass at a time. The program also
 * halves and doubles the numbers in {@link BeamPasses}, such as the beam widths. The program prints
 * one Markdown table for each problem.
 *
 * <p>The command {@code dev/experiment beam-passes} starts this class. Arguments: {@code [PLANS]
 * [PROFILE.csv BLOCKING_WATTS]}. The problems have artificial profiles, and there is one problem
 * for each range of sizes in {@link BeamPasses}. If a measured profile is given, two further
 * problems are this profile with 12 and with 24 microbatches. The measured time is the processor
 * time of one thread in seconds, without the time of rounding.
 */
public final class BeamPassExperiment {
  private static final int DEFAULT_PLANS = 40;

  /**
   * Numbers of stages and microbatches of the artificial problems. The problems have 48, 192, 768
   * and 1,536 operations.
   */
  private static final int[][] SHAPES = {{4, 6}, {8, 12}, {8, 48}, {8, 96}};

  /** Number of measurements for each row of a table. The row shows the fastest measurement. */
  private static final int RUNS = 2;

  private final PlanningProblem problem;
  private final TickScale scale;
  private final EventNetwork events;
  private final OptionTables options;
  private final RelaxedRounding rounding;
  private final LowerBound bound;
  private final List<RelaxedSolution> solutions = new ArrayList<>();

  private BeamPassExperiment(PlanningProblem problem, int plans) {
    this.problem = problem;
    scale = new TickScale(problem);
    events = new EventNetwork(problem.dag(), scale);
    options = new OptionTables(problem, scale);
    rounding = new RelaxedRounding(problem, scale, events, options);
    double longest =
        Plan.of(problem, j -> problem.options(j).option(problem.options(j).size() - 1))
            .timeSeconds();
    double[] targets = new PlanRequest(plans).targets(problem.shortestSeconds(), longest);
    bound =
        LowerBoundSolver.of(problem, scale, events, true, Progress.NONE)
            .solve(targets, (target, solution) -> solutions.add(solution));
  }

  /** Prints the tables. */
  public static void main(String[] arguments) {
    int plans = arguments.length > 0 ? Integer.parseInt(arguments[0]) : DEFAULT_PLANS;
    if (arguments.length > 2) {
      StageProfile profile = StageProfile.read(Path.of(arguments[1]));
      double watts = Double.parseDouble(arguments[2]);
      for (int microbatches : new int[] {12, 24}) {
        PlanningProblem problem = PlannerBenchmark.problem(profile, microbatches, watts);
        new BeamPassExperiment(problem, plans).print(Path.of(arguments[1]).getFileName());
      }
    }
    for (int[] shape : SHAPES) {
      PlanningProblem problem = PlannerBenchmark.problem(shape[0], shape[1]);
      new BeamPassExperiment(problem, plans).print("made-up profile");
    }
  }

  private void print(Object profile) {
    System.out.printf(
        Locale.ROOT,
        "%n%s, %d stages, %d microbatches, %d operations, %d plans%n%n",
        profile,
        problem.dag().stages(),
        problem.microbatches(),
        options.operations,
        solutions.size());
    System.out.println("| passes | largest gap | mean gap | seconds |");
    System.out.println("| --- | ---: | ---: | ---: |");
    BeamPasses all = BeamPasses.of(options.operations, Effort.DEFAULT);
    // The first measurement of each kind of pass is slower, so its result is not printed.
    plan(all, new ArrayList<>());
    variants(all).forEach(this::printRow);
  }

  /**
   * Holds the passes that one row of the printed table measures.
   *
   * @param name name of the row; it states how the passes differ from all passes
   * @param passes the measured passes
   */
  private record Variant(String name, BeamPasses passes) {}

  private static Stream<Variant> variants(BeamPasses all) {
    List<Variant> variants = new ArrayList<>();
    variants.add(new Variant("all", all));
    for (int i = 0; i < all.shortPasses().size(); i++) {
      String name = "without " + name(all.shortPasses().get(i));
      variants.add(
          new Variant(name, withPasses(all, without(all.shortPasses(), i), all.longPasses())));
    }
    for (int i = 0; i < all.longPasses().size(); i++) {
      String name = "without " + name(all.longPasses().get(i));
      variants.add(
          new Variant(name, withPasses(all, all.shortPasses(), without(all.longPasses(), i))));
    }
    if (!all.longPasses().isEmpty()) {
      variants.add(new Variant("without expensive", withPasses(all, all.shortPasses(), List.of())));
    }
    boolean isGuided = all.shortPasses().stream().anyMatch(BeamPass.Guided.class::isInstance);
    for (double factor : new double[] {0.5, 2}) {
      String change = factor < 1 ? " halved" : " doubled";
      variants.add(new Variant("widths" + change, with(all, pass -> wider(pass, factor))));
      variants.add(
          new Variant("gaps" + change, with(all, pass -> pass.withMinGap(factor * pass.minGap()))));
      variants.add(
          new Variant(
              "resolution" + change,
              with(all, all.afterGuided(), 1, factor * all.resolutionSteps())));
      if (isGuided) {
        BeamPass.Parts after = all.afterGuided();
        BeamPass.Parts wider = after.withWidth((int) (factor * after.width()));
        BeamPass.Parts longer =
            new BeamPass.Parts((int) (factor * after.operations()), after.width(), 0);
        double steps = all.resolutionSteps();
        variants.add(new Variant("delays" + change, with(all, pass -> guided(pass, factor, 1))));
        variants.add(new Variant("pulls" + change, with(all, pass -> guided(pass, 1, factor))));
        variants.add(new Variant("width after guided" + change, with(all, wider, 1, steps)));
        variants.add(new Variant("parts after guided" + change, with(all, longer, 1, steps)));
        variants.add(new Variant("budget" + change, with(all, after, factor, steps)));
      }
    }
    return variants.stream();
  }

  private static String name(BeamPass pass) {
    if (pass instanceof BeamPass.Guided guided) {
      return "guided(%s, %s, %s, %d)"
          .formatted(guided.guide(), guided.maxDelaySteps(), guided.pull(), guided.width());
    }
    return "parts(%d, %d)".formatted(((BeamPass.Parts) pass).operations(), pass.width());
  }

  private static <T> List<T> without(List<T> passes, int index) {
    List<T> others = new ArrayList<>(passes);
    others.remove(index);
    return others;
  }

  private static BeamPasses withPasses(
      BeamPasses all, List<BeamPass> shortPasses, List<BeamPass.Guided> longPasses) {
    return new BeamPasses(
        shortPasses, longPasses, all.afterGuided(), all.longPassBudget(), all.resolutionSteps());
  }

  private static BeamPasses with(BeamPasses all, UnaryOperator<BeamPass> change) {
    return withPasses(
        all,
        all.shortPasses().stream().map(change).toList(),
        all.longPasses().stream().map(change).map(BeamPass.Guided.class::cast).toList());
  }

  private static BeamPasses with(
      BeamPasses all, BeamPass.Parts afterGuided, double budgetFactor, double resolutionSteps) {
    return new BeamPasses(
        all.shortPasses(),
        all.longPasses(),
        afterGuided,
        budgetFactor * all.longPassBudget(),
        resolutionSteps);
  }

  private static BeamPass wider(BeamPass pass, double factor) {
    return pass.withWidth((int) (factor * pass.width()));
  }

  private static BeamPass guided(BeamPass pass, double delayFactor, double pullFactor) {
    return pass instanceof BeamPass.Guided guided
        ? new BeamPass.Guided(
            guided.guide(),
            delayFactor * guided.maxDelaySteps(),
            pullFactor * guided.pull(),
            guided.width(),
            guided.minGap())
        : pass;
  }

  private void printRow(Variant variant) {
    double seconds = Double.POSITIVE_INFINITY;
    List<Plan> plans = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      plans.clear();
      seconds = Math.min(seconds, plan(variant.passes, plans));
    }
    Frontier frontier = Frontier.of(problem, plans, bound);
    System.out.printf(
        Locale.ROOT,
        "| %s | %.4f %% | %.4f %% | %.2f |%n",
        variant.name,
        100 * frontier.plans().stream().mapToDouble(frontier::gap).max().orElseThrow(),
        100 * frontier.plans().stream().mapToDouble(frontier::gap).average().orElseThrow(),
        seconds);
  }

  /**
   * Makes plans by the same steps as the planner, but in one thread.
   *
   * @param plans receives the plans
   * @return processor time of all steps after rounding, in seconds
   */
  private double plan(BeamPasses passes, List<Plan> plans) {
    List<RoundedPlan> rounded = solutions.stream().map(rounding::round).toList();
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    BeamImprover beams = new BeamImprover(events, scale, options, passes);
    rounded.forEach(beams::improve);
    for (BeamPass.Guided pass : beams.longPasses()) {
      for (RoundedPlan plan : beams.worstPlans(pass, rounded)) {
        int[] forwards = beams.guidedSearch(plan, TimeDirection.FORWARDS, pass);
        int[] backwards = beams.guidedSearch(plan, TimeDirection.BACKWARDS, pass);
        plan.replaceIfBetter(forwards);
        plan.replaceIfBetter(backwards);
      }
    }
    double shortest = problem.shortestSeconds();
    for (RoundedPlan plan : rounded) {
      rounding.exchange(plan);
      double latest = Math.max(shortest, scale.seconds(plan.deadline()));
      plans.add(rounding.finish(plan, latest));
    }
    return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
  }
}
