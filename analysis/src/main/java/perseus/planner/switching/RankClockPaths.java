package perseus.planner.switching;

import java.util.Arrays;
import perseus.planner.network.OptionTables;
import perseus.planner.problem.PlanningProblem;

/**
 * Chooses the cheapest options of each rank's computations where every second of an operation, and
 * every change of clock, has a price.
 *
 * <p>Let a rank run computations 1 to n, let {@code p_i} be the price of a second of computation i,
 * and {@code eps_i}, {@code t_i} effective energy and time of its option. The problem is
 *
 * <pre>
 * minimize   sum_i (w eps_i + p_i t_i)
 *          + sum over i with another frequency than i - 1 of
 *            (switchSeconds min(p_(i-1), p_i) + CHANGE_JOULES)
 * </pre>
 *
 * <p>where w is a weight of energy. It is a shortest path through the nodes (computation,
 * frequency). All changes before a computation cost the same, so only two predecessors of a node
 * matter: the same frequency, and the cheapest one. Time and memory are O(n F) for F frequencies,
 * plus O(n K log F) for K options. Ranks do not depend on each other; that they wait for each other
 * is expressed by the prices alone.
 */
final class RankClockPaths {
  /**
   * Cost of a change of clock in joules in addition to its time. So small that it only decides
   * between paths of equal cost, in favour of fewer changes.
   */
  private static final double CHANGE_JOULES = 1e-6;

  private final OptionTables network;
  private final double switchSeconds;

  /** All frequencies of the problem in MHz, rising. */
  private final int[] frequencies;

  /**
   * @param network the options at every frequency
   */
  RankClockPaths(PlanningProblem problem, OptionTables network) {
    this.network = network;
    this.switchSeconds = problem.switchSeconds();
    frequencies =
        Arrays.stream(network.frequencies)
            .flatMapToInt(Arrays::stream)
            .distinct()
            .sorted()
            .toArray();
  }

  /**
   * Chooses the cheapest options of all ranks.
   *
   * @param watts price of a second of each operation, in watts, at least 0
   * @param energyWeight weight w of energy: 1, or 0 where only time counts
   * @return the option of every operation
   */
  int[] choose(double[] watts, double energyWeight) {
    int[] choices = new int[watts.length];
    for (int[] lane : network.computations) {
      choose(lane, watts, energyWeight, choices);
    }
    return choices;
  }

  private void choose(int[] lane, double[] watts, double energyWeight, int[] choices) {
    int[][] optionAt = new int[lane.length][frequencies.length];
    int[][] frequencyBefore = new int[lane.length][frequencies.length];
    double[] costBefore = new double[frequencies.length];
    for (int i = 0; i < lane.length; i++) {
      double[] cost = operationCosts(lane[i], watts[lane[i]], energyWeight, optionAt[i]);
      int cheapest = cheapest(costBefore);
      double changeCost =
          CHANGE_JOULES
              + (i == 0 ? 0 : switchSeconds * Math.min(watts[lane[i - 1]], watts[lane[i]]));
      for (int f = 0; f < frequencies.length; f++) {
        boolean stays = i == 0 || costBefore[f] <= costBefore[cheapest] + changeCost;
        frequencyBefore[i][f] = stays ? f : cheapest;
        cost[f] += stays ? costBefore[f] : costBefore[cheapest] + changeCost;
      }
      costBefore = cost;
    }
    int frequency = cheapest(costBefore);
    for (int i = lane.length - 1; i >= 0; i--) {
      choices[lane[i]] = optionAt[i][frequency];
      frequency = frequencyBefore[i][frequency];
    }
  }

  /**
   * Cost of an operation at each frequency, in joules; infinite where it has no option.
   *
   * @param optionAt filled with the cheapest option at each frequency
   */
  private double[] operationCosts(int j, double watts, double energyWeight, int[] optionAt) {
    double[] costs = new double[frequencies.length];
    Arrays.fill(costs, Double.POSITIVE_INFINITY);
    for (int k = 0; k < network.options[j].length; k++) {
      int f = Arrays.binarySearch(frequencies, network.frequencies[j][k]);
      double cost =
          energyWeight * network.energies[j][k] + watts * network.options[j][k].timeSeconds();
      if (cost < costs[f]) {
        costs[f] = cost;
        optionAt[f] = k;
      }
    }
    return costs;
  }

  private static int cheapest(double[] costs) {
    int cheapest = 0;
    for (int f = 1; f < costs.length; f++) {
      if (costs[f] < costs[cheapest]) {
        cheapest = f;
      }
    }
    return cheapest;
  }
}
