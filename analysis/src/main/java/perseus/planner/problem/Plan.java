package perseus.planner.problem;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import perseus.io.UserError;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Operation;
import perseus.profile.ProfileRow;

/**
 * Holds one frequency for every operation of an iteration, with its measured time and energy. The
 * class computes the iteration time and the energy of the iteration. Plans are immutable.
 *
 * <p>The energy of a plan is the sum of the measured energies, plus the energy of waiting. The
 * energy of waiting is the waiting time of the GPUs times their power while they wait.
 */
public final class Plan {
  /**
   * An operation is critical if it can end later by at most this fraction of the iteration time
   * without making the iteration longer.
   */
  private static final double CRITICAL_SLACK = 1e-9;

  private final PlanningProblem problem;
  private final ProfileRow[] choices;
  private final double timeSeconds;
  private final double energyJoules;
  private final double shortfallSeconds;

  private Plan(PlanningProblem problem, ProfileRow[] choices) {
    this.problem = problem;
    this.choices = choices;
    EarliestStarts starts = EarliestStarts.of(problem, this::choice);
    timeSeconds = starts.iterationSeconds();
    shortfallSeconds = problem.minDwellSeconds() == 0 ? 0 : shortfallSeconds(starts);
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

  private double shortfallSeconds(EarliestStarts starts) {
    double sum = 0;
    for (int lane = 0; lane < problem.dag().lanes(); lane++) {
      sum +=
          MinDwell.shortfallSeconds(
              problem.dag().laneComputations(lane),
              j -> choices[j].frequencyMhz(),
              starts::startSeconds,
              j -> starts.startSeconds(j) + choices[j].timeSeconds(),
              timeSeconds,
              problem.minDwellSeconds());
    }
    return sum;
  }

  /** Returns whether every rank holds each clock as long as the problem demands. */
  public boolean holdsClocks() {
    return shortfallSeconds <= MinDwell.ROUNDING_SECONDS;
  }

  /**
   * Returns the number of clock changes within an iteration, over all ranks. A clock changes before
   * a computation if the previous computation on the same rank runs at another frequency.
   */
  public int clockChanges() {
    return (int)
        IntStream.range(0, choices.length)
            .filter(j -> problem.changesClock(j, this::choice))
            .count();
  }

  /**
   * Makes the plan that runs operation j at the frequency of the row {@code choice.apply(j)} of the
   * profile.
   */
  public static Plan of(PlanningProblem problem, IntFunction<ProfileRow> choice) {
    ProfileRow[] choices = new ProfileRow[problem.dag().size()];
    for (int j = 0; j < choices.length; j++) {
      choices[j] = choice.apply(j);
    }
    return new Plan(problem, choices);
  }

  /**
   * Makes the plan that runs all operations at the highest frequency. Energy savings are relative
   * to the energy of the plan at the highest frequency.
   */
  public static Plan allMax(PlanningProblem problem) {
    return of(problem, j -> problem.options(j).allMax());
  }

  /**
   * Returns the plan with the same frequencies and knobs (settings other than the frequency) for
   * another problem of the same job.
   *
   * @throws UserError if the profile of the other problem lacks a row that this plan uses
   */
  public Plan in(PlanningProblem other) {
    // Many operations use the same row of the profile, so each row is looked up once.
    Map<ExecutionOptions, Map<ProfileRow, ProfileRow>> found = new IdentityHashMap<>();
    return of(
        other,
        j ->
            found
                .computeIfAbsent(other.options(j), options -> new IdentityHashMap<>())
                .computeIfAbsent(choices[j], choice -> choiceIn(other, j)));
  }

  /**
   * Returns the row of another problem's profile with the frequency and the knobs (settings other
   * than the frequency) of operation j.
   */
  private ProfileRow choiceIn(PlanningProblem other, int j) {
    return other.options(j).measured().stream()
        .filter(row -> row.frequencyMhz() == choices[j].frequencyMhz())
        .filter(row -> row.knobs().equals(choices[j].knobs()))
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    "The new profile has no row for the %s at %d MHz, which an earlier plan uses."
                        .formatted(problem.dag().operations().get(j), choices[j].frequencyMhz())));
  }

  public PlanningProblem problem() {
    return problem;
  }

  /** Returns the row of the profile that an operation uses. */
  public ProfileRow choice(int operation) {
    return choices[operation];
  }

  /**
   * Returns the iteration time in seconds: the time from the start of an iteration to the start of
   * the next iteration.
   */
  public double timeSeconds() {
    return timeSeconds;
  }

  /**
   * Returns the energy of one iteration over all stages in joules, including the energy of waiting.
   */
  public double energyJoules() {
    return energyJoules;
  }

  /**
   * Returns the effective energy in joules: the energy minus the energy that all GPUs would use if
   * they waited for the whole iteration.
   */
  public double effectiveEnergyJoules() {
    return energyJoules - problem.totalBlockingWatts() * timeSeconds;
  }

  /** Returns the duration of each operation in seconds, by operation index. */
  public double[] durations() {
    double[] durations = new double[choices.length];
    for (int j = 0; j < durations.length; j++) {
      durations[j] = choices[j].timeSeconds();
    }
    return durations;
  }

  /** Returns the rows of the profile that the computations of a rank use, in execution order. */
  public List<ProfileRow> computations(int lane) {
    List<ProfileRow> rows = new ArrayList<>();
    for (int j : problem.dag().laneComputations(lane)) {
      rows.add(choices[j]);
    }
    return rows;
  }

  /**
   * Returns the start of every operation, if all operations start as early as possible.
   *
   * @return one entry for each operation, by operation index
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
   * Returns the length in seconds of the longest path from the end of each operation to the end of
   * the iteration.
   */
  private double[] tails(double[] durations) {
    IterationDag dag = problem.dag();
    double[] tails = new double[choices.length];
    for (int j = choices.length - 1; j >= 0; j--) {
      for (int s : dag.successors(j)) {
        tails[j] = Math.max(tails[j], dag.transferSeconds(j, s) + durations[s] + tails[s]);
      }
      int p = problem.clockBefore(j);
      if (p != PlanningProblem.NONE) {
        double change =
            problem.switchCost().seconds(choices[p].frequencyMhz(), choices[j].frequencyMhz());
        if (change > 0) {
          tails[p] = Math.max(tails[p], change + durations[j] + tails[j]);
        }
      }
    }
    return tails;
  }

  /**
   * Holds an operation, its row of the profile, and its start.
   *
   * @param startSeconds start of the operation, in seconds from the start of the iteration
   * @param choice row of the profile that the operation uses
   * @param critical whether the operation lies on a longest path
   */
  public record Timed(
      Operation operation, double startSeconds, ProfileRow choice, boolean critical) {}
}
