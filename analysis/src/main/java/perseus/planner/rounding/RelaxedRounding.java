package perseus.planner.rounding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import perseus.planner.beam.BeamImprover;
import perseus.planner.bound.RelaxedSolution;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.OptionTables;
import perseus.planner.network.TickScale;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;

/**
 * Turns a relaxed solution into a plan that a GPU can run: every operation gets one of its options,
 * the makespan stays within the relaxed one, and the slack that remains is used up.
 *
 * <p>Several roundings are tried and the best is kept. {@link #roundDurations} takes the slowest
 * option within each relaxed duration. {@link #roundForward} takes the slowest that still ends by
 * the relaxed end, so that what one operation does not use the next ones can; {@link
 * #roundBackward} is its mirror image. {@link SteadyStateRounding} rounds what repeats as a whole.
 * {@link BeamImprover} improve what comes of it.
 */
public final class RelaxedRounding {
  /** Roundings whose slack is used up, the best of all. */
  private static final int STARTS = 5;

  private final PlanningProblem problem;
  private final TickScale costs;
  private final EventNetwork events;
  private final OptionTables network;
  private final List<SteadyStateRounding> steady;

  public RelaxedRounding(
      PlanningProblem problem, TickScale costs, EventNetwork events, OptionTables network) {
    this.problem = problem;
    this.costs = costs;
    this.events = events;
    this.network = network;
    int stages = problem.dag().stages();
    this.steady = SteadyStateRounding.ofRamps(problem, network, stages, stages / 2, 1);
  }

  /** The best of all roundings of a relaxed solution, without slack. */
  public RoundedPlan round(RelaxedSolution relaxed) {
    long[] times = events.operationEvents(relaxed.events());
    long makespan = relaxed.makespan();
    List<int[]> roundings =
        new ArrayList<>(
            List.of(roundDurations(times), roundForward(times), roundBackward(times, makespan)));
    int[] backward = roundings.get(2);
    steady.stream()
        .map(each -> each.round(backward, makespan))
        .filter(Objects::nonNull)
        .forEach(roundings::add);
    roundings.sort(Comparator.comparingDouble(network::energy));
    int[] best =
        roundings.stream()
            .limit(STARTS)
            .map(choices -> withoutSlack(choices, makespan).choices())
            .min(Comparator.comparingDouble(network::energy))
            .orElseThrow();
    return new RoundedPlan(
        relaxed,
        network,
        best,
        leastEnergy(times),
        problem.totalBlockingWatts() * costs.seconds(makespan));
  }

  /**
   * Effective energy of a relaxed solution, in joules: no plan of its makespan has less, by more
   * than the bound's certificate.
   */
  private double leastEnergy(long[] times) {
    double sum = 0;
    for (int j = 0; j < network.operations; j++) {
      sum += costs.hull(j).effectiveEnergy(times[2 * j + 1] - times[2 * j]);
    }
    return sum;
  }

  /** Improves a draft by exchanges between neighbouring operations. */
  public void exchange(RoundedPlan draft) {
    new ExchangeSearch(new PlanTiming(network, draft.choices(), draft.deadline())).improve();
  }

  /**
   * The plan that comes of a draft, with few changes of clock.
   *
   * @param latestSeconds not below the shortest makespan
   */
  public Plan finish(RoundedPlan draft, double latestSeconds) {
    PlanTiming timing = new PlanTiming(network, draft.choices(), draft.deadline());
    new FewerClockChanges(timing).calm();
    return withinDeadline(timing.choices(), latestSeconds);
  }

  private PlanTiming withoutSlack(int[] choices, long deadline) {
    PlanTiming timing = new PlanTiming(network, choices, deadline);
    new ExchangeSearch(timing).reuseSlack();
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
   * The plan of these choices, where ticks were too coarse with operations on its longest paths
   * sped up until it ends in time.
   */
  private Plan withinDeadline(int[] choices, double latestSeconds) {
    Plan plan = Plan.of(problem, j -> problem.options(j).option(choices[j]));
    while (plan.timeSeconds() > latestSeconds) {
      int faster = -1;
      for (Plan.Timed timed : plan.timeline()) {
        int j = timed.operation().index();
        if (timed.critical()
            && choices[j] > 0
            && (faster < 0 || speedUpCost(choices, j) < speedUpCost(choices, faster))) {
          faster = j;
        }
      }
      if (faster < 0) {
        throw new IllegalStateException("no plan ends by " + latestSeconds + " s");
      }
      choices[faster]--;
      plan = Plan.of(problem, j -> problem.options(j).option(choices[j]));
    }
    return plan;
  }

  /** Joules that the next faster option costs more. */
  private double speedUpCost(int[] choices, int j) {
    return network.energies[j][choices[j] - 1] - network.energies[j][choices[j]];
  }
}
