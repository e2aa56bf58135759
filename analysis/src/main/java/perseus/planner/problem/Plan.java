package perseus.planner.problem;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Operation;
import perseus.profile.ProfileRow;

/**
 * One option for every operation of an iteration, with what that comes to: its makespan from
 * measured times and its energy from measured energies plus blocking. Immutable.
 */
public final class Plan {
  private final PlanningProblem problem;
  private final ProfileRow[] choices;
  private final double timeSeconds;
  private final double energyJoules;

  private Plan(PlanningProblem problem, ProfileRow[] choices) {
    this.problem = problem;
    this.choices = choices;
    double[] durations = durations();
    double[] starts = earliestStarts(durations);
    timeSeconds = starts[choices.length];
    double energy = 0;
    for (int s = 0; s < problem.dag().stages(); s++) {
      double busy = 0;
      for (int j : problem.dag().stageOperations(s)) {
        energy += choices[j].energyJoules();
        busy += durations[j];
      }
      energy -= problem.blockingWatts(s) * busy;
    }
    energyJoules = energy + problem.totalBlockingWatts() * timeSeconds;
  }

  /** Earliest start of every operation, in seconds; the makespan stands last. */
  private double[] earliestStarts(double[] durations) {
    IterationDag dag = problem.dag();
    if (problem.switchSeconds() == 0) {
      return dag.earliestStarts(durations);
    }
    double[] starts = new double[choices.length + 1];
    for (int j = 0; j < choices.length; j++) {
      for (int p : dag.predecessors(j)) {
        starts[j] = Math.max(starts[j], starts[p] + durations[p] + dag.transferSeconds(p, j));
      }
      if (changesClock(j)) {
        int p = problem.clockBefore(j);
        starts[j] = Math.max(starts[j], starts[p] + durations[p] + problem.switchSeconds());
      }
      starts[choices.length] = Math.max(starts[choices.length], starts[j] + durations[j]);
    }
    return starts;
  }

  private boolean changesClock(int operation) {
    int before = problem.clockBefore(operation);
    return before != PlanningProblem.NONE
        && choices[before].frequencyMhz() != choices[operation].frequencyMhz();
  }

  /** How many computations of an iteration run at another frequency than the one before them. */
  public int clockChanges() {
    return (int) IntStream.range(0, choices.length).filter(this::changesClock).count();
  }

  /** The plan that runs every operation with the option that {@code choice} gives for its index. */
  public static Plan of(PlanningProblem problem, IntFunction<ProfileRow> choice) {
    ProfileRow[] choices = new ProfileRow[problem.dag().size()];
    for (int j = 0; j < choices.length; j++) {
      choices[j] = choice.apply(j);
    }
    return new Plan(problem, choices);
  }

  /** All operations at the highest frequency: the baseline of every reduction. */
  public static Plan allMax(PlanningProblem problem) {
    return of(problem, j -> problem.options(j).allMax());
  }

  /** The problem that this plan answers. */
  public PlanningProblem problem() {
    return problem;
  }

  /** The option of an operation. */
  public ProfileRow choice(int operation) {
    return choices[operation];
  }

  /** Iteration time: the makespan, in seconds. */
  public double timeSeconds() {
    return timeSeconds;
  }

  /** Iteration energy with blocking, over all stages, in joules. */
  public double energyJoules() {
    return energyJoules;
  }

  /** Energy beyond what the pipeline would draw while blocked for as long, in joules. */
  public double effectiveEnergyJoules() {
    return energyJoules - problem.totalBlockingWatts() * timeSeconds;
  }

  /** Seconds that each operation takes, by index. */
  public double[] durations() {
    double[] durations = new double[choices.length];
    for (int j = 0; j < durations.length; j++) {
      durations[j] = choices[j].timeSeconds();
    }
    return durations;
  }

  /** The choices for a lane's computations in execution order: what a plan file holds. */
  public List<ProfileRow> computations(int lane) {
    List<ProfileRow> rows = new ArrayList<>();
    for (int j : problem.dag().laneOperations(lane)) {
      if (choices[j].instruction().isComputation()) {
        rows.add(choices[j]);
      }
    }
    return rows;
  }

  /**
   * Where each operation lies in time when everything starts as early as it can.
   *
   * @return one entry per operation, by index
   */
  public List<Timed> timeline() {
    IterationDag dag = problem.dag();
    double[] durations = durations();
    double[] starts = earliestStarts(durations);
    double[] tails = new double[choices.length];
    List<Timed> timeline = new ArrayList<>();
    for (int j = choices.length - 1; j >= 0; j--) {
      for (int s : dag.successors(j)) {
        tails[j] = Math.max(tails[j], dag.transferSeconds(j, s) + durations[s] + tails[s]);
      }
      if (changesClock(j) && problem.switchSeconds() > 0) {
        int p = problem.clockBefore(j);
        tails[p] = Math.max(tails[p], problem.switchSeconds() + durations[j] + tails[j]);
      }
    }
    for (int j = 0; j < choices.length; j++) {
      double slack = timeSeconds - starts[j] - durations[j] - tails[j];
      timeline.add(
          new Timed(dag.operations().get(j), starts[j], choices[j], slack <= 1e-9 * timeSeconds));
    }
    return timeline;
  }

  /**
   * An operation in time.
   *
   * @param operation which
   * @param startSeconds its start, from the iteration's start
   * @param choice its option
   * @param critical whether it lies on a longest path
   */
  public record Timed(
      Operation operation, double startSeconds, ProfileRow choice, boolean critical) {}
}
