package perseus.planner.switching;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import perseus.planner.bound.RelaxedSolution;
import perseus.planner.network.OptionTables;
import perseus.planner.network.TickScale;
import perseus.planner.problem.ExecutionOptions;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.rounding.FewerClockChanges;
import perseus.planner.rounding.PlanTiming;
import perseus.profile.ProfileRow;

/**
 * Plans where changes of clock take time. The flow of a relaxed solution is a price for every
 * operation's time, so each rank can weigh a change against what it saves ({@link RankClockPaths});
 * the relaxed solutions of all times give a family of plans, to which come those that do not know
 * of changes. Each time gets the best that fits, improved by {@link FewerClockChanges}. Where all
 * plans there are can be looked at, they are.
 */
public final class SwitchAwareRounding {
  /** Plans of the family that are improved for a time, where that does not take long. */
  private static final int STARTS = 3;

  /** Prices of time on top of the relaxed solution's, as shares of their mean. */
  private static final double[] SLACK_PRICES = {0, 0.03, 0.1, 0.3, 1};

  /** So many plans can be looked at. */
  private static final int FEW_PLANS = 10_000;

  private final PlanningProblem problem;
  private final TickScale costs;
  private final OptionTables network;
  private final RankClockPaths sequences;
  private final List<Member> family;

  private record Member(int[] choices, Plan plan) {}

  /**
   * @param relaxed relaxed solutions all along the frontier
   * @param unaware plans all along the frontier, for the same problem without a cost of changes
   */
  public SwitchAwareRounding(
      PlanningProblem problem, TickScale costs, List<RelaxedSolution> relaxed, List<Plan> unaware) {
    this.problem = problem;
    this.costs = costs;
    network = new OptionTables(problem, costs, ExecutionOptions::atEveryFrequency);
    sequences = new RankClockPaths(problem, network);
    Set<IntBuffer> seen = new HashSet<>();
    family =
        Stream.of(
                Stream.of(allMax(), member(fastest())),
                everyPlanOfFew(),
                unaware.stream().map(plan -> member(choices(plan))),
                relaxed.parallelStream().flatMap(this::atPricesOf).toList().stream())
            .flatMap(Function.identity())
            .filter(member -> seen.add(IntBuffer.wrap(member.choices)))
            .sorted(Comparator.comparingDouble(member -> member.plan.effectiveEnergyJoules()))
            .toList();
  }

  /** All plans there are; none where they are too many. */
  private Stream<Member> everyPlanOfFew() {
    int count = 1;
    for (ProfileRow[] own : network.options) {
      count *= own.length;
      if (count > FEW_PLANS) {
        return Stream.empty();
      }
    }
    return IntStream.range(0, count).mapToObj(number -> member(choices(number)));
  }

  /** The plan of a number whose digits, each to its own base, are the options. */
  private int[] choices(int number) {
    int[] choices = new int[network.operations];
    int rest = number;
    for (int j = 0; j < choices.length; j++) {
      choices[j] = rest % network.options[j].length;
      rest /= network.options[j].length;
    }
    return choices;
  }

  /** All operations at the highest frequency. */
  private Member allMax() {
    int[] choices = new int[network.operations];
    Arrays.setAll(
        choices,
        j -> {
          int[] own = network.frequencies[j];
          return IntStream.range(0, own.length)
              .reduce((a, b) -> own[b] > own[a] ? b : a)
              .orElseThrow();
        });
    return member(choices);
  }

  private int[] choices(Plan plan) {
    int[] choices = new int[network.operations];
    Arrays.setAll(choices, j -> Arrays.asList(network.options[j]).indexOf(plan.choice(j)));
    return choices;
  }

  private int[] fastest() {
    double[] watts = new double[network.operations];
    Arrays.fill(watts, 1);
    return sequences.choose(watts, 0);
  }

  /**
   * Where changes of clock use slack up, time costs something even where the relaxed one has slack.
   */
  private Stream<Member> atPricesOf(RelaxedSolution point) {
    double[] watts =
        Arrays.stream(point.flow(), 0, network.operations).mapToDouble(costs::watts).toArray();
    double mean = Arrays.stream(watts).average().orElseThrow();
    return Arrays.stream(SLACK_PRICES)
        .mapToObj(
            share ->
                member(
                    sequences.choose(
                        Arrays.stream(watts).map(price -> price + share * mean).toArray(), 1)));
  }

  private Member member(int[] choices) {
    return new Member(choices, plan(choices));
  }

  private Plan plan(int[] choices) {
    return Plan.of(problem, j -> network.options[j][choices[j]]);
  }

  /** The shortest makespan of the family, in seconds. */
  public double shortestSeconds() {
    return family.stream().mapToDouble(member -> member.plan.timeSeconds()).min().orElseThrow();
  }

  /**
   * The best plan found whose makespan is at most {@code latestSeconds}.
   *
   * @param latestSeconds not below {@link #shortestSeconds()}
   */
  public Plan round(double latestSeconds) {
    return family.stream()
        .filter(member -> member.plan.timeSeconds() <= latestSeconds)
        .limit(network.operations <= FewerClockChanges.FEW_OPERATIONS ? STARTS : 1)
        .flatMap(member -> Stream.of(member.plan, improved(member.choices, latestSeconds)))
        .filter(plan -> plan.timeSeconds() <= latestSeconds)
        .min(
            Comparator.comparingDouble(Plan::effectiveEnergyJoules)
                .thenComparingInt(Plan::clockChanges))
        .orElseThrow();
  }

  private Plan improved(int[] start, double latestSeconds) {
    int[] choices = start.clone();
    // In ticks, which round up, a plan that is just in time may be late.
    long ticks = new PlanTiming(network, choices, Long.MAX_VALUE / 2).makespan();
    long deadline = Math.max(ticks, costs.deadline(latestSeconds));
    new FewerClockChanges(new PlanTiming(network, choices, deadline)).improve();
    return plan(choices);
  }
}
