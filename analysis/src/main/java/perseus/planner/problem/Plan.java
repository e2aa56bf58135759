package perseus.planner.problem;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Operation;
import perseus.profile.ProfileRow;

/**
 * A choice of one option for every operation of an iteration, with the makespan and the energy that
 * follow from it. Immutable.
 *
 * <p>The makespan comes from the measured times, the energy from the measured energies plus the
 * blocking power of the stages while they wait.
 */
public final class Plan {
  /** Slack up to which an operation counts as critical, as a fraction of the makespan. */
  private static final double CRITICAL_SLACK = 1e-9;

  private final PlanningProblem problem;
  private final ProfileRow[] choices;
  private final double timeSeconds;
  private final double energyJoules;

  private Plan(PlanningProblem problem, ProfileRow[] choices) {
    this.problem = problem;
    this.choices = choices;
    timeSeconds = EarliestStarts.of(problem, this::choice).makespanSeconds();
    double energy = 0;
    for (int s = 0; s < problem.dag().stages(); s++) {
      double busy = 0;
      for (int j : problem.dag().stageOperations(s)) {
        energy += choices[j].energyJoules();
        busy += choices[j].timeSeconds();
      }
      energy -= problem.blockingWatts(s) * busy;
    }
    energyJoules = energy + problem.totalBlockingWatts() * timeSeconds;
  }

  /** Number of computations that run at another frequency than the one before them on the rank. */
  public int clockChanges() {
    return (int)
        IntStream.range(0, choices.length)
            .filter(j -> problem.changesClock(j, this::choice))
            .count();
  }

  /** The plan that runs operation j with the option {@code choice.apply(j)}. */
  public static Plan of(PlanningProblem problem, IntFunction<ProfileRow> choice) {
    ProfileRow[] choices = new ProfileRow[problem.dag().size()];
    for (int j = 0; j < choices.length; j++) {
      choices[j] = choice.apply(j);
    }
    return new Plan(problem, choices);
  }

  /** The plan that runs all operations at the highest frequency. Reductions refer to it. */
  public static Plan allMax(PlanningProblem problem) {
    return of(problem, j -> problem.options(j).allMax());
  }

  /** The problem that this plan solves. */
  public PlanningProblem problem() {
    return problem;
  }

  /** The option of an operation. */
  public ProfileRow choice(int operation) {
    return choices[operation];
  }

  /** The iteration time (makespan), in seconds. */
  public double timeSeconds() {
    return timeSeconds;
  }

  /** The energy of one iteration over all stages, including blocking, in joules. */
  public double energyJoules() {
    return energyJoules;
  }

  /**
   * The energy beyond what all GPUs would draw if they waited for the whole makespan, in joules.
   */
  public double effectiveEnergyJoules() {
    return energyJoules - problem.totalBlockingWatts() * timeSeconds;
  }

  /** The seconds that each operation takes, by index. */
  public double[] durations() {
    double[] durations = new double[choices.length];
    for (int j = 0; j < durations.length; j++) {
      durations[j] = choices[j].timeSeconds();
    }
    return durations;
  }

  /** The options of a lane's computations in execution order, as a plan file lists them. */
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
   * The position of every operation in time, if all start as early as possible.
   *
   * @return one entry for each operation, by index
   */
  public List<Timed> timeline() {
    IterationDag dag = problem.dag();
    double[] durations = durations();
    EarliestStarts starts = EarliestStarts.of(problem, this::choice);
    double[] tails = tails(durations);
    List<Timed> timeline = new ArrayList<>();
    for (int j = 0; j < choices.length; j++) {
      double slack = timeSeconds - starts.startSeconds(j) - durations[j] - tails[j];
      timeline.add(
          new Timed(
              dag.operations().get(j),
              starts.startSeconds(j),
              choices[j],
              slack <= CRITICAL_SLACK * timeSeconds));
    }
    return timeline;
  }

  /**
   * Length of the longest path from the end of each operation to that of the iteration, seconds.
   */
  private double[] tails(double[] durations) {
    IterationDag dag = problem.dag();
    double[] tails = new double[choices.length];
    for (int j = choices.length - 1; j >= 0; j--) {
      for (int s : dag.successors(j)) {
        tails[j] = Math.max(tails[j], dag.transferSeconds(j, s) + durations[s] + tails[s]);
      }
      if (problem.switchSeconds() > 0 && problem.changesClock(j, this::choice)) {
        int p = problem.clockBefore(j);
        tails[p] = Math.max(tails[p], problem.switchSeconds() + durations[j] + tails[j]);
      }
    }
    return tails;
  }

  /**
   * An operation with its position in time.
   *
   * @param operation the operation
   * @param startSeconds its start, in seconds from the start of the iteration
   * @param choice its option
   * @param critical whether it lies on a longest path
   */
  public record Timed(
      Operation operation, double startSeconds, ProfileRow choice, boolean critical) {}
}
