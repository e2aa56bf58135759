package perseus.chart;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.chart.figure.Heading;
import perseus.chart.figure.TimeEnergy;
import perseus.chart.kind.FrontierChart;
import perseus.chart.kind.ProfileChart;
import perseus.chart.kind.TimelineChart;
import perseus.pipeline.Instruction;
import perseus.pipeline.Operation;
import perseus.planner.Planner;
import perseus.planner.problem.ExecutionOptions;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/** The charts of a profile and of what was planned from it. */
public final class PlanCharts {
  private final PlanningProblem problem;
  private final ProfileNotes notes;
  private final StageProfile profile;

  /** Charts of {@code problem}, which was made from {@code profile}. */
  public PlanCharts(StageProfile profile, PlanningProblem problem) {
    this.profile = profile;
    this.notes = profile.notes();
    this.problem = problem;
  }

  /**
   * Writes {@code frontier.png}, {@code profile-stage-S.png} for every stage and {@code
   * timeline.png}.
   *
   * @return the files
   */
  public List<Path> writeAll(
      Path directory, Frontier frontier, Map<Planner, List<Plan>> baselines) {
    List<Path> files = new ArrayList<>();
    files.add(directory.resolve("frontier.png"));
    frontier(frontier, baselines).write(files.get(0));
    for (int s = 0; s < problem.dag().stages(); s++) {
      Path file = directory.resolve("profile-stage-%d.png".formatted(s));
      stage(s).write(file);
      files.add(file);
    }
    Map<String, Plan> iterations = new LinkedHashMap<>();
    iterations.put("all-max", Plan.allMax(problem));
    iterations.put("fastest plan", frontier.fastest());
    Path file = directory.resolve("timeline.png");
    timeline(iterations).write(file);
    files.add(file);
    return files;
  }

  /** The frontier with its bound and the plans of other planners. */
  public FrontierChart frontier(Frontier frontier, Map<Planner, List<Plan>> baselines) {
    List<TimeEnergy> bound = new ArrayList<>();
    for (int i = 0; i < frontier.bound().size(); i++) {
      bound.add(new TimeEnergy(frontier.bound().time(i), frontier.bound().energy(i)));
    }
    return FrontierChart.of(
        new FrontierChart.Data(
            heading("Iteration time and energy"),
            frontier.plans().stream().map(PlanCharts::point).toList(),
            bound,
            baselines.entrySet().stream()
                .map(
                    baseline ->
                        new FrontierChart.Baseline(
                            baseline.getKey().title(),
                            baseline.getValue().stream().map(PlanCharts::point).toList()))
                .toList(),
            point(Plan.allMax(problem))));
  }

  private static TimeEnergy point(Plan plan) {
    return new TimeEnergy(plan.timeSeconds(), plan.energyJoules());
  }

  /** What one stage's computations take at each frequency. */
  public ProfileChart stage(int stage) {
    Map<Instruction, ExecutionOptions> sets = new LinkedHashMap<>();
    for (int j : problem.dag().stageOperations(stage)) {
      Instruction instruction = problem.dag().operations().get(j).instruction();
      if (instruction.isComputation()) {
        sets.putIfAbsent(instruction, problem.options(j));
      }
    }
    List<ProfileChart.Panel> panels = new ArrayList<>();
    sets.forEach(
        (instruction, set) -> {
          List<TimeEnergy> hull = new ArrayList<>();
          for (int option : set.hull()) {
            hull.add(point(set.option(option)));
          }
          panels.add(
              new ProfileChart.Panel(
                  instruction,
                  profile.options(stage, instruction).stream()
                      .map(row -> new ProfileChart.Option(row.frequencyMhz(), point(row)))
                      .toList(),
                  hull));
        });
    return ProfileChart.of(new ProfileChart.Data(heading("Stage " + stage), panels));
  }

  private static TimeEnergy point(ProfileRow row) {
    return new TimeEnergy(row.timeSeconds(), row.energyJoules());
  }

  /** Iterations under several plans, by name, on one time axis. */
  public TimelineChart timeline(Map<String, Plan> plans) {
    List<TimelineChart.Iteration> iterations = new ArrayList<>();
    plans.forEach(
        (name, plan) ->
            iterations.add(
                new TimelineChart.Iteration(
                    name,
                    plan.timeSeconds(),
                    plan.energyJoules(),
                    problem.totalBlockingWatts() / problem.dag().lanes(),
                    plan.timeline().stream().map(this::box).toList())));
    return TimelineChart.of(new TimelineChart.Data(heading("An iteration"), iterations));
  }

  private TimelineChart.Box box(Plan.Timed timed) {
    Operation operation = timed.operation();
    ProfileRow choice = timed.choice();
    return new TimelineChart.Box(
        problem.dag().lane(operation.index()),
        operation.instruction(),
        operation.microbatch(),
        timed.startSeconds(),
        timed.startSeconds() + choice.timeSeconds(),
        choice.powerWatts(),
        timed.critical());
  }

  private Heading heading(String title) {
    String workload =
        "%s%d stages × %d microbatches"
            .formatted(
                notes.model() == null ? "" : notes.model() + ", ",
                problem.dag().stages(),
                problem.microbatches());
    return Heading.of(
        title,
        workload,
        notes.gpu() == null ? "" : notes.gpu(),
        Boolean.TRUE.equals(notes.simulated()));
  }
}
