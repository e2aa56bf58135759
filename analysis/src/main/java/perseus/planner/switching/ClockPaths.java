package perseus.planner.switching;

import java.util.Arrays;
import perseus.planner.problem.PlanningProblem;

/**
 * Chooses the frequencies of each rank's computations so that the sum of energy and price of time
 * is minimal.
 *
 * <p>The method {@link #choose} minimizes the following sum for each rank.
 *
 * <pre>
 * sum_i (w eps_i(s_i) + p_i t_i(s_i)) + sum_(i > 1) q_i change(s_(i-1), s_i)
 *
 * i          position of a computation on the rank, from 1
 * s_i        frequency of computation i, to choose
 * eps_i    energy minus the energy of waiting for the same time, in joules (effective energy)
 * t_i      time in seconds
 * change   time of the clock change between two frequencies, in seconds
 * p_i      price of each second of computation i, in watts
 * q_i      price of each second of the clock change before computation i, in watts
 * w        weight of energy, 0 or 1
 * </pre>
 *
 * <p>Dynamic programming finds the minimum as a shortest path through pairs of computation and
 * frequency (Viterbi, IEEE Transactions on Information Theory 13, 1967). With n computations and F
 * frequencies, a rank takes O(n F) memory and O(n F^2) time, or O(n F) time if all clock changes
 * are equal. The class chooses the frequencies of each rank independently. The ranks influence each
 * other only through the prices of time.
 */
final class ClockPaths {
  private final ClockTables tables;
  private final int settings;

  /** Time in seconds of each clock change; NaN if clock changes take different times. */
  private final double uniformSeconds;

  ClockPaths(ClockTables tables) {
    this.tables = tables;
    this.settings = tables.settings;
    uniformSeconds = uniformSeconds(tables);
  }

  private static double uniformSeconds(ClockTables tables) {
    double seconds = 0;
    for (int from = 0; from < tables.settings; from++) {
      for (int to = 0; to < tables.settings; to++) {
        double change = tables.changeSeconds[from * tables.settings + to];
        if (from != to && seconds == 0) {
          seconds = change;
        }
        if (from != to && change != seconds) {
          return Double.NaN;
        }
      }
    }
    return seconds;
  }

  /**
   * Chooses the frequencies of all operations with the lowest sum of energy and price of time.
   *
   * @param watts price of one second of each operation, in watts, at least 0
   * @param changeWatts price of one second of the clock change before each operation, in watts, at
   *     least 0
   * @param energyWeight weight of energy; 0 if only time has a price, otherwise 1
   * @param chosen receives, for each operation, the index of its frequency
   * @return the minimum of energy plus price of time, over all operations, in joules
   */
  double choose(double[] watts, double[] changeWatts, double energyWeight, int[] chosen) {
    Arrays.fill(chosen, PlanningProblem.NONE);
    double sum = 0;
    for (int[] lane : tables.lanes) {
      sum += chooseLane(lane, watts, changeWatts, energyWeight, chosen);
    }
    double[] costs = new double[settings];
    for (int j = 0; j < chosen.length; j++) {
      if (chosen[j] == PlanningProblem.NONE) {
        fillCosts(j, watts[j], energyWeight, costs);
        chosen[j] = cheapest(costs);
        sum += costs[chosen[j]];
      }
    }
    return sum;
  }

  private double chooseLane(
      int[] lane, double[] watts, double[] changeWatts, double energyWeight, int[] chosen) {
    if (lane.length == 0) {
      return 0;
    }
    int[][] settingBefore = new int[lane.length][settings];
    double[] sums = new double[settings];
    double[] costs = new double[settings];
    fillCosts(lane[0], watts[lane[0]], energyWeight, sums);
    for (int i = 1; i < lane.length; i++) {
      fillCosts(lane[i], watts[lane[i]], energyWeight, costs);
      double price = changeWatts[lane[i]];
      int cheapest = cheapest(sums);
      for (int s = 0; s < settings; s++) {
        int best = price == 0 || !Double.isNaN(uniformSeconds) ? cheapest : best(sums, price, s);
        double change = price == 0 ? 0 : price * tables.changeSeconds[best * settings + s];
        if (sums[s] <= sums[best] + change) {
          best = s;
          change = 0;
        }
        settingBefore[i][s] = best;
        costs[s] += sums[best] + change;
      }
      double[] swap = sums;
      sums = costs;
      costs = swap;
    }
    int setting = cheapest(sums);
    double sum = sums[setting];
    for (int i = lane.length - 1; i >= 0; i--) {
      chosen[lane[i]] = setting;
      setting = settingBefore[i][setting];
    }
    return sum;
  }

  /**
   * Returns the frequency of the previous computation that costs least if the next computation has
   * the frequency {@code to}. The cost includes the clock change.
   */
  private int best(double[] sums, double price, int to) {
    int best = to;
    double least = sums[to];
    for (int from = 0; from < settings; from++) {
      double cost = sums[from] + price * tables.changeSeconds[from * settings + to];
      if (cost < least) {
        least = cost;
        best = from;
      }
    }
    return best;
  }

  private void fillCosts(int j, double watts, double energyWeight, double[] costs) {
    for (int s = 0; s < settings; s++) {
      double joules = tables.joules[j * settings + s];
      costs[s] =
          joules == Double.POSITIVE_INFINITY
              ? joules
              : energyWeight * joules + watts * tables.seconds[j * settings + s];
    }
  }

  private static int cheapest(double[] costs) {
    int cheapest = 0;
    for (int s = 1; s < costs.length; s++) {
      if (costs[s] < costs[cheapest]) {
        cheapest = s;
      }
    }
    return cheapest;
  }
}
