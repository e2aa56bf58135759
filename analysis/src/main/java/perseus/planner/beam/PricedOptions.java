package perseus.planner.beam;

import java.util.Arrays;
import perseus.planner.network.OptionLookup;

/**
 * The options of an arc where its time has a price, sorted by their reduced cost.
 *
 * <p>With price p, the reduced cost of option k is {@code eps_k + p t_k - min_i (eps_i + p t_i)}:
 * the additional cost in joules, of energy and time together, compared with the cheapest option. A
 * precedence is an arc with one option of energy 0.
 *
 * <p>Building takes O(K^2) for K options (insertion sort; K is at most the number of frequencies).
 */
final class PricedOptions {
  /** Times of the options, in ticks, rising. */
  final OptionLookup times;

  /** Price of time in joules per tick. */
  final double price;

  /** The option at each rank; rank 0 is the cheapest option. */
  final int[] options;

  /** Time of the option at each rank, in ticks. */
  final long[] ticks;

  /** Reduced cost of the option at each rank, in joules, rising from 0. */
  final double[] costs;

  /** Reduced cost of each option, in joules. */
  private final double[] costOf;

  /**
   * @param times times of the options, in ticks, rising
   * @param energies effective energy of each option, in joules, falling
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

  /** The rank of an option. */
  int rank(int option) {
    int rank = 0;
    while (options[rank] != option) {
      rank++;
    }
    return rank;
  }

  /**
   * Minimum, over each option and all slower ones, of the reduced cost plus {@code inflow} times
   * the option's time. Needed by {@link #minCost}.
   *
   * @param inflow price of a later head in joules per tick
   * @return one entry per option in joules, and infinity at the end
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
   * Minimum cost of the last arc into an event. With {@code apart} ticks from the arc's tail to its
   * head, option k costs
   *
   * <pre>
   * c_k + price (apart - t_k)      if t_k is at most apart: the arc waits
   * c_k + inflow (t_k - apart)     otherwise: the earlier arcs into the head wait
   * </pre>
   *
   * where c_k is its reduced cost. Takes O(1) on average.
   *
   * @param apart ticks from tail to head, as far as the other arcs are concerned
   * @param inflow sum of the prices of the other arcs into the head, in joules per tick
   * @param delayCosts {@link #delayCosts} of {@code inflow}
   * @return the minimum over all options, in joules
   */
  double minCost(long apart, double inflow, double[] delayCosts) {
    // Of the options that are done in time, the slowest takes the least energy.
    int option = times.slowestWithin(apart);
    double waiting =
        option < 0
            ? Double.POSITIVE_INFINITY
            : costOf[option] + price * (apart - times.ticks(option));
    return Math.min(waiting, delayCosts[option + 1] - inflow * apart);
  }
}
