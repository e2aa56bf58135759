package perseus.planner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Turns a relaxed solution into a plan that a GPU can run: every operation gets one of its options,
 * the makespan stays within the relaxed one, and the slack that remains is used up.
 *
 * <p>Several roundings are tried and the best is kept. {@link #roundDurations} takes the slowest
 * option within each relaxed duration. {@link #roundForward} takes the slowest that still ends by
 * the relaxed end, so that what one operation does not use the next ones can; {@link
 * #roundBackward} is its mirror image. {@link SteadyRounding} rounds what repeats as a whole.
 * {@link LocalSearch} improves the best of them operation by operation, {@link ChainSearch} by
 * whole chains of events.
 */
final class PlanRounding {
  /** Roundings whose slack is used up, the best of all. */
  private static final int STARTS = 5;

  /** Of small problems more roundings have their chains moved. */
  private static final int CHAIN_STARTS_TIMES_OPERATIONS = 2_000;

  /**
   * Chains of small problems are shaken more often, those of large ones not at all by default: what
   * else there is to do takes long enough, and leaves less to gain.
   */
  private static final int MOST_SHAKES = 200;

  private static final double SHAKES_TIMES_OPERATIONS_SQUARED = 3e7;
  private static final int LARGE = 1_000;

  /** How much more often for the best effort. */
  private static final int BEST_EFFORT = 20;

  /** Gap that is small enough to leave it at that, unless the effort is to be the best. */
  private static final double CLOSE = 4e-4;

  private final PlanningProblem problem;
  private final ScaledCosts costs;
  private final Timing.Network network;
  private final Effort effort;
  private final List<SteadyRounding> steady;

  /** Not there with the least effort, which does without. */
  private final EventChains chains;

  private final int chainStarts;
  private final int shakes;

  PlanRounding(PlanningProblem problem, ScaledCosts costs, Effort effort) {
    this.problem = problem;
    this.costs = costs;
    this.network = new Timing.Network(problem, costs);
    this.effort = effort;
    int stages = problem.dag().stages();
    this.chains = effort == Effort.FAST ? null : new EventChains(problem.dag(), network);
    this.chainStarts =
        Math.max(1, Math.min(STARTS, CHAIN_STARTS_TIMES_OPERATIONS / network.operations));
    this.shakes = shakes(effort, network.operations);
    this.steady = SteadyRounding.ofRamps(problem, network, stages, stages / 2, 1);
  }

  private static int shakes(Effort effort, double operations) {
    double shakes =
        Math.min(MOST_SHAKES, SHAKES_TIMES_OPERATIONS_SQUARED / (operations * operations));
    return effort == Effort.BEST
        ? (int) (BEST_EFFORT * shakes)
        : operations > LARGE ? 0 : (int) shakes;
  }

  /**
   * The best plan found whose makespan is at most {@code latestSeconds}.
   *
   * @param relaxed the relaxed solution for that time
   * @param latestSeconds not below the shortest makespan
   */
  Plan round(FrontierSolver.RelaxedPoint relaxed, double latestSeconds) {
    long[] events = relaxed.events();
    long makespan = relaxed.makespan();
    List<int[]> roundings =
        new ArrayList<>(
            List.of(roundDurations(events), roundForward(events), roundBackward(events, makespan)));
    int[] forward = roundings.get(1);
    int[] backward = roundings.get(2);
    Stream.concat(
            steady.stream()
                .filter(each -> each.ramp() == problem.dag().stages())
                .map(each -> each.round(events, forward, makespan)),
            steady.stream().map(each -> each.roundCommon(backward, makespan)))
        .filter(Objects::nonNull)
        .forEach(roundings::add);
    return withinDeadline(improved(roundings, makespan, relaxedEnergy(relaxed)), latestSeconds);
  }

  /** Least effective energy of any plan of that makespan, in joules. */
  private double relaxedEnergy(FrontierSolver.RelaxedPoint relaxed) {
    double sum = 0;
    for (int j = 0; j < network.operations; j++) {
      sum += costs.hull(j).effectiveEnergy(relaxed.events()[2 * j + 1] - relaxed.events()[2 * j]);
    }
    return sum;
  }

  /** The best that comes of some choices in time. */
  private int[] improved(List<int[]> roundings, long deadline, double bound) {
    List<Timing> starts = new ArrayList<>();
    roundings.sort(Comparator.comparingDouble(this::effectiveEnergy));
    for (int[] choices : roundings.subList(0, Math.min(STARTS, roundings.size()))) {
      Timing timing = new Timing(network, choices, deadline);
      new LocalSearch(timing).reuseSlack();
      starts.add(timing);
    }
    starts.sort(Comparator.comparingDouble(timing -> effectiveEnergy(timing.choices())));
    Timing best = starts.get(0);
    double wanted =
        effort == Effort.BEST
            ? bound
            : bound + CLOSE * (bound + problem.totalBlockingWatts() * costs.seconds(deadline));
    if (effort != Effort.FAST && effectiveEnergy(best.choices()) > wanted) {
      ChainSearch found =
          starts.subList(0, Math.min(chainStarts, starts.size())).stream()
              .map(this::movedChains)
              .min(Comparator.comparingDouble(ChainSearch::energy))
              .orElseThrow();
      found.shake(shakes, wanted);
      best = new Timing(network, found.choices(), deadline);
    }
    if (effort != Effort.FAST) {
      new LocalSearch(best).improve();
    }
    new ClockSearch(best).calm();
    return best.choices();
  }

  private ChainSearch movedChains(Timing timing) {
    ChainSearch search = new ChainSearch(network, chains, timing);
    search.descend();
    return search;
  }

  private double effectiveEnergy(int[] choices) {
    double sum = 0;
    for (int j = 0; j < choices.length; j++) {
      sum += network.energies[j][choices[j]];
    }
    return sum;
  }

  private int[] roundDurations(long[] events) {
    int[] choices = new int[network.operations];
    Arrays.setAll(choices, j -> network.slowestWithin(j, events[2 * j + 1] - events[2 * j]));
    return choices;
  }

  private int[] roundForward(long[] events) {
    int[] choices = new int[network.operations];
    long[] ends = new long[network.operations];
    for (int j = 0; j < choices.length; j++) {
      long start = 0;
      int[] predecessors = network.predecessors[j];
      for (int i = 0; i < predecessors.length; i++) {
        start = Math.max(start, ends[predecessors[i]] + network.lagFromPredecessor[j][i]);
      }
      choices[j] = network.slowestWithin(j, events[2 * j + 1] - start);
      ends[j] = start + network.ticks[j][choices[j]];
    }
    return choices;
  }

  private int[] roundBackward(long[] events, long makespan) {
    int[] choices = new int[network.operations];
    long[] starts = new long[network.operations];
    for (int j = choices.length - 1; j >= 0; j--) {
      long end = makespan;
      int[] successors = network.successors[j];
      for (int i = 0; i < successors.length; i++) {
        end = Math.min(end, starts[successors[i]] - network.lagToSuccessor[j][i]);
      }
      choices[j] = network.slowestWithin(j, end - events[2 * j]);
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
