package perseus.planner.switching;

import java.util.Arrays;
import perseus.planner.network.OptionTables;
import perseus.planner.problem.PlanningProblem;

/**
 * The cheapest clocks of each rank where every second of an operation, and of a change of clock,
 * has a price: a shortest path through (operation, frequency), rank by rank.
 */
final class RankClockPaths {
  /**
   * Joules that a change of clock costs even where its time is free: of equal plans, the calmest.
   */
  private static final double CHANGE_JOULES = 1e-6;

  private final OptionTables network;
  private final double switchSeconds;
  private final int[] frequencies;

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
   * The cheapest choices.
   *
   * @param watts price of a second of each operation, in watts
   * @param energyWeight 1, or 0 where only time counts
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
    int[][] option = new int[lane.length][frequencies.length];
    int[][] from = new int[lane.length][frequencies.length];
    double[] before = new double[frequencies.length];
    for (int i = 0; i < lane.length; i++) {
      double[] cost = ownCosts(lane[i], watts[lane[i]], energyWeight, option[i]);
      int cheapest = least(before);
      double change =
          CHANGE_JOULES
              + (i == 0 ? 0 : switchSeconds * Math.min(watts[lane[i - 1]], watts[lane[i]]));
      for (int f = 0; f < frequencies.length; f++) {
        boolean stays = i == 0 || before[f] <= before[cheapest] + change;
        from[i][f] = stays ? f : cheapest;
        cost[f] += stays ? before[f] : before[cheapest] + change;
      }
      before = cost;
    }
    int at = least(before);
    for (int i = lane.length - 1; i >= 0; i--) {
      choices[lane[i]] = option[i][at];
      at = from[i][at];
    }
  }

  /** What an operation costs at each frequency; infinite where it has no option there. */
  private double[] ownCosts(int j, double watts, double energyWeight, int[] option) {
    double[] cost = new double[frequencies.length];
    Arrays.fill(cost, Double.POSITIVE_INFINITY);
    for (int k = 0; k < network.options[j].length; k++) {
      int f = Arrays.binarySearch(frequencies, network.frequencies[j][k]);
      double own =
          energyWeight * network.energies[j][k] + watts * network.options[j][k].timeSeconds();
      if (own < cost[f]) {
        cost[f] = own;
        option[f] = k;
      }
    }
    return cost;
  }

  private static int least(double[] costs) {
    int least = 0;
    for (int f = 1; f < costs.length; f++) {
      if (costs[f] < costs[least]) {
        least = f;
      }
    }
    return least;
  }
}
