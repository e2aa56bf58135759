package perseus.planner.rounding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import perseus.planner.bound.RelaxedSolution;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.OptionTables;
import perseus.planner.network.TickScale;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileRow;

/**
 * Turns a solution of the LP relaxation into a plan that GPUs can run. Every operation gets one of
 * its frequencies. The makespan of the plan does not exceed the makespan of the solution of the LP
 * relaxation.
 *
 * <p>In a solution of the LP relaxation, the duration of an operation usually lies between the
 * times of two frequencies. The class rounds the durations in several ways:
 *
 * <ul>
 *   <li>{@link #roundDurations} takes, for each operation, the slowest frequency whose time is at
 *       most the duration in the solution of the LP relaxation.
 *   <li>{@link #roundForward} visits the operations forwards in time, so that an operation can use
 *       the time that earlier operations leave unused. Each operation gets the slowest frequency
 *       with which it ends by its end in the solution of the LP relaxation.
 *   <li>{@link #roundBackward} visits the operations backwards in time, so that an operation can
 *       use the time that later operations leave unused.
 *   <li>{@link SteadyStateRounding} rounds all operations between the filling and the draining of
 *       the pipeline together.
 * </ul>
 *
 * <p>Each way of rounding gives a plan that ends by the deadline. In the rounded plans with the
 * lowest energy, operations are slowed down where time is left ({@link ExchangeSearch#useSlack}).
 * The class returns the plan with the lowest energy.
 *
 * <p>With n operations, E precedences and K frequencies, rounding takes O(E + n log K), without the
 * time of {@link SteadyStateRounding} and {@link ExchangeSearch#useSlack}. A rounded plan always
 * meets the deadline, but there is no guarantee for its energy. Near the shortest makespan, rounded
 * plans for GPT-3 175B on 8 stages take up to 0.25 % more energy than the lower bound. The package
 * {@code perseus.planner.beam} improves the rounded plans.
 */
public final class RelaxedRounding {
  /** Maximum number of rounded plans in which operations are slowed down where time is left. */
  private static final int MAX_CANDIDATES = 5;

  private final PlanningProblem problem;
  private final TickScale scale;
  private final EventNetwork events;
  private final OptionTables network;
  private final List<SteadyStateRounding> steadyRoundings;

  public RelaxedRounding(
      PlanningProblem problem, TickScale scale, EventNetwork events, OptionTables network) {
    this.problem = problem;
    this.scale = scale;
    this.events = events;
    this.network = network;
    int stages = problem.dag().stages();
    // Three numbers of microbatches that fill the pipeline are tried: the number of stages, half of
    // this number, and 1.
    this.steadyRoundings = SteadyStateRounding.ofRamps(problem, network, stages, stages / 2, 1);
  }

  /**
   * Rounds the durations of a solution of the LP relaxation to frequencies.
   *
   * @return the plan with the lowest energy among the different ways of rounding
   */
  public RoundedPlan round(RelaxedSolution relaxed) {
    long[] times = events.operationEvents(relaxed.events());
    long makespan = relaxed.makespan();
    List<int[]> roundings =
        new ArrayList<>(
            List.of(roundDurations(times), roundForward(times), roundBackward(times, makespan)));
    int[] backward = roundings.get(2);
    steadyRoundings.stream()
        .map(steady -> steady.round(backward, makespan))
        .filter(Objects::nonNull)
        .forEach(roundings::add);
    roundings.sort(Comparator.comparingDouble(network::energy));
    int[] best =
        roundings.stream()
            .limit(MAX_CANDIDATES)
            .map(choices -> withoutSlack(choices, makespan).choices())
            .min(Comparator.comparingDouble(network::energy))
            .orElseThrow();
    return rounded(relaxed, best);
  }

  /**
   * Returns a known plan with a new deadline; null if the plan misses the deadline. The deadline is
   * the makespan of a solution of the LP relaxation.
   */
  public RoundedPlan known(RelaxedSolution relaxed, Plan plan) {
    int[] choices = new int[network.operations];
    Arrays.setAll(choices, j -> asFast(network.options[j], plan.choice(j)));
    long makespan = relaxed.makespan();
    if (!new PlanTiming(network, choices, makespan).inTime()) {
      return null;
    }
    return rounded(relaxed, choices);
  }

  /**
   * Joins a slower and a faster plan to a plan for a deadline between their times.
   *
   * @param relaxed solution of the LP relaxation, whose makespan is the deadline
   * @param slower frequency choices of a plan that may end after the deadline
   * @param faster frequency choices of a plan that ends by the deadline
   */
  public RoundedPlan between(RelaxedSolution relaxed, int[] slower, int[] faster) {
    return rounded(relaxed, join(relaxed.makespan(), slower, faster));
  }

  /**
   * Joins a slower and a faster plan to a plan for a deadline between their times ({@link
   * JoinedPlans}).
   *
   * @param deadline latest end of the joined plan, in integer time units
   * @param slower frequency choices of a plan that may end after the deadline
   * @param faster frequency choices of a plan that ends by the deadline
   * @return frequency choices of the joined plan
   */
  public int[] join(long deadline, int[] slower, int[] faster) {
    JoinedPlans joined = new JoinedPlans(network, network.starts(faster), deadline);
    int[] slowerFirst = joined.join(slower, faster, true);
    int[] fasterFirst = joined.join(faster, slower, false);
    boolean takesFirst = network.energy(slowerFirst) <= network.energy(fasterFirst);
    return withoutSlack(takesFirst ? slowerFirst : fasterFirst, deadline).choices();
  }

  /**
   * Returns the index of a Pareto-optimal frequency choice that is at least as fast as a wanted
   * frequency choice. The returned choice has the least energy of all frequency choices that are
   * fast enough.
   *
   * @param options the Pareto-optimal frequency choices, the fastest first
   */
  private static int asFast(ProfileRow[] options, ProfileRow wanted) {
    int index = options.length - 1;
    while (index > 0 && options[index].timeSeconds() > wanted.timeSeconds()) {
      index--;
    }
    return index;
  }

  private RoundedPlan rounded(RelaxedSolution relaxed, int[] choices) {
    return new RoundedPlan(
        relaxed,
        network,
        choices,
        relaxedJoules(events.operationEvents(relaxed.events())),
        problem.totalBlockingWatts() * scale.seconds(relaxed.makespan()));
  }

  /**
   * Computes the effective energy (energy minus the energy of waiting for the same time) of a
   * solution of the LP relaxation, in joules.
   *
   * @param times start and end of each operation j in integer time units, at the indices 2j and 2j
   *     + 1
   */
  private double relaxedJoules(long[] times) {
    double sum = 0;
    for (int j = 0; j < network.operations; j++) {
      sum += scale.hull(j).effectiveEnergy(times[2 * j + 1] - times[2 * j]);
    }
    return sum;
  }

  /**
   * Improves a plan by {@link ExchangeSearch}, which changes the frequency choices of an operation
   * and of one of its successors together.
   */
  public void exchange(RoundedPlan plan) {
    new ExchangeSearch(new PlanTiming(network, plan.choices(), plan.deadline())).improve();
  }

  /**
   * Makes the final plan, with few clock changes.
   *
   * @param rounded the frequency choices of all operations. The method swaps the frequency choices
   *     of computations of a rank if a swap saves clock changes.
   * @param latestSeconds maximum makespan of the plan in seconds, at least the shortest makespan
   */
  public Plan finish(RoundedPlan rounded, double latestSeconds) {
    PlanTiming timing = new PlanTiming(network, rounded.choices(), rounded.deadline());
    new FewerClockChanges(timing).exchangeAll();
    return withinDeadline(timing.choices(), latestSeconds);
  }

  private PlanTiming withoutSlack(int[] choices, long deadline) {
    PlanTiming timing = new PlanTiming(network, choices, deadline);
    new ExchangeSearch(timing).useSlack();
    return timing;
  }

  private int[] roundDurations(long[] times) {
    int[] choices = new int[network.operations];
    Arrays.setAll(choices, j -> network.slowestWithin(j, times[2 * j + 1] - times[2 * j]));
    return choices;
  }

  private int[] roundForward(long[] times) {
    int[] choices = new int[network.operations];
    long[] ends = new long[network.operations];
    for (int j = 0; j < choices.length; j++) {
      long start = network.startAfter(j, ends);
      choices[j] = network.slowestWithin(j, times[2 * j + 1] - start);
      ends[j] = start + network.ticks[j][choices[j]];
    }
    return choices;
  }

  private int[] roundBackward(long[] times, long makespan) {
    int[] choices = new int[network.operations];
    long[] starts = new long[network.operations];
    for (int j = choices.length - 1; j >= 0; j--) {
      long end = makespan;
      int[] successors = network.successors[j];
      for (int i = 0; i < successors.length; i++) {
        end = Math.min(end, starts[successors[i]] - network.lagToSuccessor[j][i]);
      }
      choices[j] = network.slowestWithin(j, end - times[2 * j]);
      starts[j] = end - network.ticks[j][choices[j]];
    }
    return choices;
  }

  /**
   * Makes a plan from the chosen frequencies. If rounding errors make the plan miss the deadline,
   * operations on a longest path get faster frequencies. The change with the least additional
   * energy comes first.
   *
   * @throws IllegalStateException if even the fastest frequencies miss the deadline
   */
  private Plan withinDeadline(int[] choices, double latestSeconds) {
    Plan plan = Plan.of(problem, j -> problem.options(j).option(choices[j]));
    while (plan.timeSeconds() > latestSeconds) {
      int cheapest = -1;
      for (Plan.Timed timed : plan.timeline()) {
        int j = timed.operation().index();
        if (timed.critical()
            && choices[j] > 0
            && (cheapest < 0 || speedUpJoules(choices, j) < speedUpJoules(choices, cheapest))) {
          cheapest = j;
        }
      }
      if (cheapest < 0) {
        throw new IllegalStateException(
            "No plan ends by "
                + latestSeconds
                + " s: at the fastest frequencies, the iteration takes "
                + plan.timeSeconds()
                + " s.");
      }
      choices[cheapest]--;
      plan = Plan.of(problem, j -> problem.options(j).option(choices[j]));
    }
    return plan;
  }

  /**
   * Returns the additional energy in joules that operation j needs at its next faster frequency.
   */
  private double speedUpJoules(int[] choices, int j) {
    return network.energies[j][choices[j] - 1] - network.energies[j][choices[j]];
  }
}
