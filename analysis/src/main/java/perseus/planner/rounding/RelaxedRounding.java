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

/**
 * Turns a relaxed solution into a plan that a GPU can run: every operation gets one of its options,
 * and the makespan does not exceed that of the relaxed solution.
 *
 * <p>A relaxed solution gives operation j a start {@code x_j}, an end {@code y_j}, and so a
 * duration that may lie between two options. Several roundings are made. {@link #roundDurations}
 * takes the slowest option within {@code y_j - x_j}. {@link #roundForward} goes forwards in time
 * and takes the slowest option that still ends by {@code y_j}, so that later operations can use the
 * time that earlier ones leave; {@link #roundBackward} is its mirror image. {@link
 * SteadyStateRounding} rounds all operations of the steady part together. All these are in time,
 * since no event is later than in the relaxed solution. The best few then get the slack that
 * remains ({@link ExchangeSearch#useSlack}), and the one with the lowest energy is returned.
 *
 * <p>Rounding takes O(E + n log K) for n operations, E precedences and K options, besides the
 * steady roundings and the use of slack. The result has no guarantee beyond its deadline: near the
 * shortest makespan, where all operations are critical, plans for GPT-3 175B on 8 stages are up to
 * 0.25 % above the bound. The package {@code perseus.planner.beam} improves them.
 */
public final class RelaxedRounding {
  /** Number of roundings whose slack is used, those with the lowest energy. Limit for time. */
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
    // The pipeline fills and drains within as many microbatches as there are stages; the shorter
    // ramps put more operations into the steady part, and fit where time is not scarce.
    this.steadyRoundings = SteadyStateRounding.ofRamps(problem, network, stages, stages / 2, 1);
  }

  /**
   * Rounds a relaxed solution.
   *
   * @return the best of all roundings, with its slack used up
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
    return new RoundedPlan(
        relaxed,
        network,
        best,
        relaxedJoules(times),
        problem.totalBlockingWatts() * scale.seconds(makespan));
  }

  /**
   * Effective energy of a relaxed solution, in joules. No plan within its makespan has a lower one,
   * except by the tolerance of the lower bound.
   *
   * @param times start and end of each operation, at 2j and 2j + 1
   */
  private double relaxedJoules(long[] times) {
    double sum = 0;
    for (int j = 0; j < network.operations; j++) {
      sum += scale.hull(j).effectiveEnergy(times[2 * j + 1] - times[2 * j]);
    }
    return sum;
  }

  /** Improves a plan by exchanges between neighbouring operations ({@link ExchangeSearch}). */
  public void exchange(RoundedPlan plan) {
    new ExchangeSearch(new PlanTiming(network, plan.choices(), plan.deadline())).improve();
  }

  /**
   * Makes the final plan of some rounded options, with few changes of clock.
   *
   * @param rounded the options; their order on a rank changes where that saves changes of clock
   * @param latestSeconds the plan's maximum makespan, at least the shortest makespan
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
   * Makes the plan of some options. A makespan in ticks can differ from the one in seconds by
   * rounding; if the plan is late for that reason, critical operations are sped up, the cheapest
   * change first.
   *
   * @throws IllegalStateException if even the fastest options are late
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

  /** Energy that the next faster option of an operation costs in addition, in joules. */
  private double speedUpJoules(int[] choices, int j) {
    return network.energies[j][choices[j] - 1] - network.energies[j][choices[j]];
  }
}
