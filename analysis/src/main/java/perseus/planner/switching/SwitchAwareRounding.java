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
import perseus.planner.rounding.PlanTiming;
import perseus.profile.ProfileRow;

/**
 * Rounds relaxed solutions to plans for a problem in which a change of clock takes time.
 *
 * <p>The relaxed problem does not know changes of clock, and its solutions change the clock at
 * almost every operation. But the flow of a relaxed solution is a price for every operation's time,
 * so each rank can weigh the time of a change against the energy that it saves ({@link
 * RankClockPaths}). This gives a plan per relaxed solution and price level, for makespans that
 * nobody chose. All of them are candidates for every requested time, together with the plans that
 * ignore changes of clock, the fastest plan and all-max. For each requested time, the candidate
 * with the lowest energy that is in time is improved by {@link ClockMoves}. Problems with very few
 * plans are solved exactly, by taking all plans as candidates.
 *
 * <p>With R relaxed solutions, n operations and F frequencies, the candidates take O(R (n F + E))
 * for E precedences, and a requested time one local search, or {@link #MAX_STARTS} in small
 * problems. There is no guarantee of the distance to the best plan, except in the exact case.
 */
public final class SwitchAwareRounding {
  /** Number of candidates that are improved for a requested time in small problems. */
  private static final int MAX_STARTS = 3;

  /**
   * Prices of time that are added to every operation's, as fractions of the mean price. The relaxed
   * solution has price 0 where it has slack, but changes of clock use slack up.
   */
  private static final double[] SLACK_PRICES = {0, 0.03, 0.1, 0.3, 1};

  /** Maximum number of plans of a problem that is solved exactly. Limit for time and memory. */
  private static final int MAX_PLANS_TO_ENUMERATE = 10_000;

  private final PlanningProblem problem;
  private final TickScale scale;
  private final OptionTables network;
  private final RankClockPaths paths;

  /** Candidates in rising order of effective energy, all different. */
  private final List<Candidate> candidates;

  private record Candidate(int[] choices, Plan plan) {}

  /**
   * Makes the candidates.
   *
   * @param relaxed relaxed solutions all along the frontier
   * @param freePlans plans all along the frontier, made for the same problem without the time of
   *     changes of clock
   */
  public SwitchAwareRounding(
      PlanningProblem problem,
      TickScale scale,
      List<RelaxedSolution> relaxed,
      List<Plan> freePlans) {
    this.problem = problem;
    this.scale = scale;
    network = new OptionTables(problem, scale, ExecutionOptions::atEveryFrequency);
    paths = new RankClockPaths(problem, network);
    Set<IntBuffer> seen = new HashSet<>();
    candidates =
        Stream.of(
                Stream.of(allMax(), candidate(fastest())),
                everyPlan(),
                freePlans.stream().map(plan -> candidate(choices(plan))),
                relaxed.parallelStream().flatMap(this::atPricesOf).toList().stream())
            .flatMap(Function.identity())
            .filter(candidate -> seen.add(IntBuffer.wrap(candidate.choices)))
            .sorted(Comparator.comparingDouble(candidate -> candidate.plan.effectiveEnergyJoules()))
            .toList();
  }

  /** All plans of the problem; none if they are more than {@link #MAX_PLANS_TO_ENUMERATE}. */
  private Stream<Candidate> everyPlan() {
    int count = 1;
    for (ProfileRow[] options : network.options) {
      count *= options.length;
      if (count > MAX_PLANS_TO_ENUMERATE) {
        return Stream.empty();
      }
    }
    return IntStream.range(0, count).mapToObj(number -> candidate(choices(number)));
  }

  /** The digits of a number, where the base of digit j is the number of options of operation j. */
  private int[] choices(int number) {
    int[] choices = new int[network.operations];
    int rest = number;
    for (int j = 0; j < choices.length; j++) {
      choices[j] = rest % network.options[j].length;
      rest /= network.options[j].length;
    }
    return choices;
  }

  /** All operations at their highest frequency. */
  private Candidate allMax() {
    int[] choices = new int[network.operations];
    Arrays.setAll(
        choices,
        j -> {
          int[] frequencies = network.frequencies[j];
          return IntStream.range(0, frequencies.length)
              .reduce((a, b) -> frequencies[b] > frequencies[a] ? b : a)
              .orElseThrow();
        });
    return candidate(choices);
  }

  private int[] choices(Plan plan) {
    int[] choices = new int[network.operations];
    Arrays.setAll(choices, j -> Arrays.asList(network.options[j]).indexOf(plan.choice(j)));
    return choices;
  }

  /** The options with the shortest time of each rank, including its changes of clock. */
  private int[] fastest() {
    double[] watts = new double[network.operations];
    Arrays.fill(watts, 1);
    return paths.choose(watts, 0);
  }

  /** The plans at the prices of a relaxed solution, one for each of {@link #SLACK_PRICES}. */
  private Stream<Candidate> atPricesOf(RelaxedSolution solution) {
    double[] watts =
        Arrays.stream(solution.flow(), 0, network.operations).mapToDouble(scale::watts).toArray();
    double mean = Arrays.stream(watts).average().orElseThrow();
    return Arrays.stream(SLACK_PRICES)
        .mapToObj(
            fraction ->
                candidate(
                    paths.choose(
                        Arrays.stream(watts).map(price -> price + fraction * mean).toArray(), 1)));
  }

  private Candidate candidate(int[] choices) {
    return new Candidate(choices, plan(choices));
  }

  private Plan plan(int[] choices) {
    return Plan.of(problem, j -> network.options[j][choices[j]]);
  }

  /** The shortest makespan of all candidates, in seconds. */
  public double shortestSeconds() {
    return candidates.stream()
        .mapToDouble(candidate -> candidate.plan.timeSeconds())
        .min()
        .orElseThrow();
  }

  /**
   * The best plan found for a time: the one with the lowest energy, and of equal ones the one with
   * the fewest changes of clock.
   *
   * @param latestSeconds maximum makespan in seconds, at least {@link #shortestSeconds()}
   */
  public Plan round(double latestSeconds) {
    return candidates.stream()
        .filter(candidate -> candidate.plan.timeSeconds() <= latestSeconds)
        .limit(network.operations <= ClockMoves.MAX_OPERATIONS_SMALL ? MAX_STARTS : 1)
        .flatMap(candidate -> Stream.of(candidate.plan, improved(candidate.choices, latestSeconds)))
        .filter(plan -> plan.timeSeconds() <= latestSeconds)
        .min(
            Comparator.comparingDouble(Plan::effectiveEnergyJoules)
                .thenComparingInt(Plan::clockChanges))
        .orElseThrow();
  }

  private Plan improved(int[] start, double latestSeconds) {
    int[] choices = start.clone();
    // Ticks round up, so a plan that is in time in seconds may be late in ticks.
    long ticks = new PlanTiming(network, choices, Long.MAX_VALUE / 2).makespan();
    long deadline = Math.max(ticks, scale.deadline(latestSeconds));
    new ClockMoves(new PlanTiming(network, choices, deadline)).improve();
    return plan(choices);
  }
}
