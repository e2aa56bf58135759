package perseus.chart;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import perseus.chart.figure.Chart;
import perseus.chart.kind.TimelineChart;
import perseus.io.UserError;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Operation;
import perseus.planfile.PlanFile;
import perseus.planfile.PlannedProblem;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;

/**
 * Makes the chart {@code timeline}, which shows when each instruction of an iteration runs. At the
 * top, the chart {@code timeline} shows the iteration all-max (every operation at the highest
 * frequency). Below the iteration all-max, the chart {@code timeline} shows one iteration for each
 * given plan.
 */
final class TimelineKind implements ChartKind.OfPlans {
  /**
   * A plan was made from another profile if its stated time or energy differs from the computed
   * value by more than this fraction.
   */
  private static final double OTHER_PROFILE = 0.05;

  @Override
  public String name() {
    return "timeline";
  }

  @Override
  public Set<String> options() {
    return Set.of("plan");
  }

  @Override
  public Chart chart(PlannedProblem planned, ChartOptions options) {
    int fastest = planned.catalog().plans().size() - 1;
    List<String> names =
        options.plans().isEmpty() ? List.of(String.valueOf(fastest)) : options.plans();
    Map<String, Plan> plans = new LinkedHashMap<>();
    for (String name : names) {
      Path file =
          name.matches("\\d{1,9}") ? planned.planFile(Integer.parseInt(name)) : Path.of(name);
      if (!Files.exists(file)) {
        throw new UserError(
            "There is no plan %s; %s has plans 0 to %d."
                .formatted(name, planned.directory(), fastest));
      }
      plans.put("plan " + name, plan(planned, file));
    }
    return chart(planned.profile().notes(), planned.problem(), plans);
  }

  private static Plan plan(PlannedProblem planned, Path file) {
    Plan plan = PlanFile.predict(file, planned.problem());
    PlanFile.prediction(file)
        .filter(
            said ->
                isFar(said.timeSeconds(), plan.timeSeconds())
                    || isFar(said.energyJoules(), plan.energyJoules()))
        .ifPresent(
            said -> {
              throw new UserError(
                  "%s predicts %s s and %s J, but with the profile in %s it takes %.6f s and %.2f J: it is a plan of another profile."
                      .formatted(
                          file,
                          said.timeSeconds(),
                          said.energyJoules(),
                          planned.directory(),
                          plan.timeSeconds(),
                          plan.energyJoules()));
            });
    return plan;
  }

  private static boolean isFar(double said, double computed) {
    return Math.abs(said / computed - 1) > OTHER_PROFILE;
  }

  /**
   * Makes the chart {@code timeline} of all-max (every operation at the highest frequency) and of
   * further plans.
   *
   * @param plans plans of {@code problem} that the chart shows; the keys of the map are the names
   *     of the plans in the chart
   */
  static TimelineChart chart(ProfileNotes notes, PlanningProblem problem, Map<String, Plan> plans) {
    Map<String, Plan> all = new LinkedHashMap<>();
    all.put("all-max", Plan.allMax(problem));
    all.putAll(plans);
    List<TimelineChart.Iteration> iterations = new ArrayList<>();
    all.forEach(
        (name, plan) ->
            iterations.add(
                new TimelineChart.Iteration(
                    name,
                    plan.timeSeconds(),
                    plan.energyJoules(),
                    problem.totalBlockingWatts() / problem.dag().lanes(),
                    boxes(problem, plan))));
    return TimelineChart.of(
        new TimelineChart.Data(
            PlanHeading.of("An iteration", notes, problem),
            PlanHeading.perRank(notes),
            iterations));
  }

  static List<TimelineChart.Box> boxes(PlanningProblem problem, Plan plan) {
    return plan.timeline().stream().map(timed -> box(problem, timed)).toList();
  }

  private static TimelineChart.Box box(PlanningProblem problem, Plan.Timed timed) {
    Operation operation = timed.operation();
    ProfileRow choice = timed.choice();
    return new TimelineChart.Box(
        problem.dag().lane(operation.index()),
        chunk(problem.dag(), operation),
        operation.instruction(),
        operation.microbatch(),
        timed.startSeconds(),
        timed.startSeconds() + choice.timeSeconds(),
        choice.powerWatts(),
        operation.instruction().isComputation() ? choice.frequencyMhz() : 0,
        timed.critical());
  }

  /**
   * Returns the position of an operation's stage among the stages of its rank, from 0; -1 if each
   * rank has one stage.
   */
  private static int chunk(IterationDag dag, Operation operation) {
    if (dag.lanes() == dag.stages()) {
      return -1;
    }
    int[] stages =
        Arrays.stream(dag.laneOperations(dag.lane(operation.index())))
            .map(index -> dag.operations().get(index).stage())
            .distinct()
            .sorted()
            .toArray();
    return Arrays.binarySearch(stages, operation.stage());
  }
}
