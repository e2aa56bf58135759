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
 * Turns a relaxed solution, in which durations may lie between two options, into a plan that GPUs
 * can run. Every operation gets one of its options, and the makespan does not exceed the makespan
 * of the relaxed solution.
 *
 * <p>A relaxed solution gives operation j a start {@code x_j} and an end {@code y_j}. Usually no
 * option takes exactly the duration {@code y_j - x_j} of the relaxed solution. Therefore the class
 * rounds the durations of the relaxed solution to options in several ways:
 *
 * <ul>
 *   <li>For each operation j, {@link #roundDurations} takes the slowest option whose time is at
 *       most the duration {@code y_j - x_j} of the relaxed solution.
 *   <li>{@link #roundForward} visits the operations forwards in time. For each operation j, {@link
 *       #roundForward} takes the slowest option with which operation j still ends by its end {@code
 *       y_j} in the relaxed solution. In this way, later operations can use the time that earlier
 *       operations leave unused.
 *   <li>{@link #roundBackward} visits the operations backwards in time. For each operation j,
 *       {@link #roundBackward} takes the slowest option with which operation j does not have to
 *       start before its start {@code x_j} in the relaxed solution.
 *   <li>{@link SteadyStateRounding} rounds all operations of the steady part of the iteration
 *       together.
 * </ul>
 *
 * <p>Each way of rounding gives a plan that ends by the deadline. In the rounded plans with the
 * lowest energy, operations are then slowed down where time is left ({@link
 * ExchangeSearch#useSlack}). The class returns the plan that has the lowest energy after its
 * operations were slowed down.
 *
 * <p>With n operations, E precedences and K options, rounding takes O(E + n log K), without the
 * time of {@link SteadyStateRounding} and {@link ExchangeSearch#useSlack}. A rounded plan always
 * meets the deadline, but there is no guarantee for its energy. Near the shortest makespan, where
 * all operations are critical, rounded plans for GPT-3 175B on 8 stages take up to 0.25 % more
 * energy than the lower bound. The package {@code perseus.planner.beam} improves the rounded plans.
 */
public final class RelaxedRounding {
  /**
   * Maximum number of rounded plans in which operations are slowed down where time is left.
   * Operations are slowed down only in the rounded plans with the lowest energy, which limits the
   * running time.
   */
  private static final int MAX_CANDIDATES = 5;

  private final PlanningProblem problem;
  private final TickScale scale;
  private final EventNetwork events;
  private final OptionTables network;
  private final List<SteadyStateRounding> steadyRoundings;

  /** Prepares the rounding of any number of relaxed solutions of a problem. */
  public RelaxedRounding(
      PlanningProblem problem, TickScale scale, EventNetwork events, OptionTables network) {
    this.problem = problem;
    this.scale = scale;
    this.events = events;
    this.network = network;
    int stages = problem.dag().stages();
    // The ramps are the first and the last microbatches of an iteration, which are not in its
    // steady part. The pipeline fills and drains within as many microbatches as the pipeline has
    // stages. With shorter ramps, the steady part has more operations, but the rounding of the
    // steady part meets the deadline only if enough time is left.
    this.steadyRoundings = SteadyStateRounding.ofRamps(problem, network, stages, stages / 2, 1);
  }

  /**
   * Rounds the durations of a relaxed solution to options.
   *
   * @return the rounded plan that has the lowest energy after operations were slowed down where
   *     time is left
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
   * Returns the options of a known plan together with a relaxed solution, whose makespan is the
   * deadline. If the plan ends after the deadline, the method returns null.
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
   * Joins a slower and a faster plan to a plan for the deadline of a relaxed solution between them.
   *
   * @param slower options of a plan that may end after the deadline
   * @param faster options of a plan that ends by the deadline
   */
  public RoundedPlan between(RelaxedSolution relaxed, int[] slower, int[] faster) {
    long deadline = relaxed.makespan();
    JoinedPlans joined =
        new JoinedPlans(network, events.operationEvents(relaxed.events()), deadline);
    int[] slowerFirst = joined.join(slower, faster, true);
    int[] fasterFirst = joined.join(faster, slower, false);
    boolean takesFirst = network.energy(slowerFirst) <= network.energy(fasterFirst);
    return rounded(
        relaxed, withoutSlack(takesFirst ? slowerFirst : fasterFirst, deadline).choices());
  }

  /**
   * Returns the index of the Pareto-optimal option with the least energy of all options that are at
   * least as fast as a wanted option. If the wanted option is Pareto-optimal, the method returns
   * its index.
   *
   * @param options the Pareto-optimal options, the fastest first
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
   * Computes the effective energy of a relaxed solution, in joules. No plan with the same makespan
   * has a lower effective energy than the relaxed solution, except for the small error of an
   * approximate relaxed solution.
   *
   * @param times start and end of each operation j in ticks (integer units of time), at the indices
   *     2j and 2j + 1
   */
  private double relaxedJoules(long[] times) {
    double sum = 0;
    for (int j = 0; j < network.operations; j++) {
      sum += scale.hull(j).effectiveEnergy(times[2 * j + 1] - times[2 * j]);
    }
    return sum;
  }

  /**
   * Improves a plan by {@link ExchangeSearch}, which changes the options of an operation and of one
   * of its successors together.
   */
  public void exchange(RoundedPlan plan) {
    new ExchangeSearch(new PlanTiming(network, plan.choices(), plan.deadline())).improve();
  }

  /**
   * Makes the final plan from rounded options, with few clock changes.
   *
   * @param rounded the options of all operations; computations of a rank may swap their options if
   *     this saves clock changes
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
   * Makes a plan from the chosen options. The makespan of a plan in ticks can differ from its
   * makespan in seconds by rounding errors. If the plan misses the deadline because of rounding
   * errors, critical operations (whose delay makes the iteration longer) get faster options. The
   * operation for which a faster option costs the least energy gets its faster option first.
   *
   * @throws IllegalStateException if even the fastest options miss the deadline
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
                + " s: the fastest options take "
                + plan.timeSeconds()
                + " s.");
      }
      choices[cheapest]--;
      plan = Plan.of(problem, j -> problem.options(j).option(choices[j]));
    }
    return plan;
  }

  /** Returns the additional energy of the next faster option of operation j, in joules. */
  private double speedUpJoules(int[] choices, int j) {
    return network.energies[j][choices[j] - 1] - network.energies[j][choices[j]];
  }
}
