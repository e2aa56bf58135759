package perseus.planner.beam;

import java.util.Arrays;
import perseus.planner.network.OptionLookup;

/**
 * Computes the reduced costs of the options (frequencies) of an arc for a given price of time, and
 * sorts the options by reduced cost. The price of time is in joules per tick (integer unit of
 * time).
 *
 * <p>With a price p in joules per tick, the reduced cost of option k is {@code eps_k + p t_k -
 * min_i (eps_i + p t_i)}, where {@code eps_k} is the effective energy of option k in joules, and
 * {@code t_k} is its time in ticks. The cost of an option is the sum of its effective energy and
 * the product of price and time. The reduced cost of an option is the difference in joules between
 * its cost and the cost of the cheapest option. A precedence is an arc with one option, which takes
 * no energy.
 *
 * <p>Sorting K options takes O(K^2), because insertion sort is used. K is at most the number of GPU
 * frequencies.
 */
final class PricedOptions {
  /** Times of the options (frequencies), in ticks (integer units of time), in rising order. */
  final OptionLookup times;

  /** Price of time, in joules per tick. */
  final double price;

  /**
   * Indices of the options (frequencies), sorted by reduced cost (energy above the minimum) in
   * rising order.
   */
  final int[] options;

  /**
   * Times of the options (frequencies) in ticks (integer units of time), sorted by reduced cost
   * (energy above the minimum) in rising order.
   */
  final long[] ticks;

  /**
   * Reduced costs of the options (frequencies) in joules, sorted in rising order; the first is 0.
   */
  final double[] costs;

  /**
   * {@code costOf[k]} is the reduced cost (energy above the minimum) of option k (frequency) in
   * joules.
   */
  private final double[] costOf;

  /**
   * @param times times of the options (frequencies), in ticks (integer units of time), in rising
   *     order
   * @param energies effective energy (energy minus the energy of waiting for the same time) of each
   *     option (frequency), in joules, in falling order
   * @param price price of time in joules per tick, at least 0
   */
  PricedOptions(OptionLookup times, double[] energies, double price) {
    int count = energies.length;
    this.times = times;
    this.price = price;
    costOf = new double[count];
    double lowest = Double.POSITIVE_INFINITY;
    for (int k = 0; k < count; k++) {
      costOf[k] = energies[k] + price * times.ticks(k);
      lowest = Math.min(lowest, costOf[k]);
    }
    options = new int[count];
    for (int k = 0; k < count; k++) {
      costOf[k] -= lowest;
      int rank = k;
      for (; rank > 0 && costOf[options[rank - 1]] > costOf[k]; rank--) {
        options[rank] = options[rank - 1];
      }
      options[rank] = k;
    }
    ticks = Arrays.stream(options).mapToLong(times::ticks).toArray();
    costs = Arrays.stream(options).mapToDouble(k -> costOf[k]).toArray();
  }

  /**
   * Returns the position of an option (frequency) in the order of reduced costs (costs above the
   * cheapest option). The option with the lowest reduced cost has position 0.
   */
  int rank(int option) {
    int rank = 0;
    while (options[rank] != option) {
      rank++;
    }
    return rank;
  }

  /**
   * Computes a table for {@link #minCost}. Let {@code c_i} be the reduced cost of option i
   * (frequency) in joules, and {@code t_i} its time in ticks (integer units of time). For each
   * option k, the table holds the minimum of {@code c_i + inflow t_i} over option k and all slower
   * options i.
   *
   * @param inflow cost in joules of a delay of the arc's head (end event) by one tick
   * @return the table, with one value in joules for each option (frequency), and infinity after the
   *     last option
   */
  double[] delayCosts(double inflow) {
    double[] delayCosts = new double[costOf.length + 1];
    delayCosts[costOf.length] = Double.POSITIVE_INFINITY;
    for (int k = costOf.length - 1; k >= 0; k--) {
      delayCosts[k] = Math.min(delayCosts[k + 1], costOf[k] + inflow * times.ticks(k));
    }
    return delayCosts;
  }

  /**
   * Computes the minimum cost of this arc in joules. All other arcs into the head (end event) of
   * this arc must already have an option (frequency). The formulas below give the cost of option k
   * in joules, where c_k is the reduced cost of option k, and t_k is its time in ticks (integer
   * units of time):
   *
   * <pre>
   * c_k + price (apart - t_k)      if t_k is at most apart: this arc waits for the other arcs
   * c_k + inflow (t_k - apart)     otherwise: the other arcs into the head wait for this arc
   * </pre>
   *
   * The method takes O(1) on average.
   *
   * @param apart number of ticks (integer units of time) between the time of the arc's tail (start
   *     event) and the latest end of the other arcs into its head
   * @param inflow sum of the prices of the other arcs into the head (end event), in joules per tick
   * @param delayCosts result of {@link #delayCosts} for {@code inflow}
   * @return minimum cost over all options (frequencies), in joules
   */
  double minCost(long apart, double inflow, double[] delayCosts) {
    // Of all options that take at most apart ticks, the slowest option takes the least energy, and
    // therefore has the lowest cost.
    int option = times.slowestWithin(apart);
    double waiting =
        option < 0
            ? Double.POSITIVE_INFINITY
            : costOf[option] + price * (apart - times.ticks(option));
    return Doubles.min(waiting, delayCosts[option + 1] - inflow * apart);
  }
}
