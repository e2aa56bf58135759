package perseus.planner.beam;

import java.util.Arrays;
import perseus.planner.network.OptionLookup;

/**
 * Sorts the frequency choices of an arc (an operation or a precedence) by their costs for a given
 * price of time.
 *
 * <p>The reduced cost of a frequency choice in joules is the difference between its cost and the
 * lowest cost of the arc:
 *
 * <pre>
 * cost = eps + p t
 *
 * eps   energy minus the energy of waiting for the same time, in joules
 * t     time, in integer time units
 * p     price of time, in joules per integer time unit
 * </pre>
 *
 * <p>A precedence has one frequency choice, and takes no energy. Sorting K frequency choices takes
 * O(K^2) by insertion sort.
 */
final class PricedOptions {
  /** Times of the frequency choices, in integer time units, in rising order. */
  final OptionLookup times;

  /** Price of time, in joules per integer time unit. */
  final double price;

  /** Indices of the frequency choices, sorted by rising cost. */
  final int[] options;

  /** Times of the frequency choices in integer time units, sorted by rising cost. */
  final long[] ticks;

  /** Costs of the frequency choices above the lowest cost in joules, sorted in rising order. */
  final double[] costs;

  /** {@code costOf[k]} is the cost of frequency choice k above the lowest cost, in joules. */
  private final double[] costOf;

  /**
   * @param times times of the frequency choices, in integer time units, in rising order
   * @param energies energy of each frequency choice minus the energy of waiting for the same time,
   *     in joules, in falling order
   * @param price price of time in joules per integer time unit, at least 0
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

  /** Returns the position of a frequency choice in the order of rising cost. */
  int rank(int option) {
    int rank = 0;
    while (options[rank] != option) {
      rank++;
    }
    return rank;
  }

  /**
   * Computes a table for {@link #minCost}. Element k is the minimum of {@code cost + inflow * time}
   * over frequency choice k and all slower choices, in joules.
   *
   * @param inflow cost in joules of a delay of the arc's end event by one integer time unit
   * @return the table, with one value in joules for each frequency choice, and infinity after the
   *     last frequency choice
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
   * Computes the minimum cost of this arc in joules, if all other arcs into its end event already
   * have a frequency. The method takes O(1) on average. The formulas below give the cost of
   * frequency choice k in joules.
   *
   * <pre>
   * c_k + price (apart - t_k)      if t_k is at most apart: this arc waits for the other arcs
   * c_k + inflow (t_k - apart)     otherwise: the other arcs into the end event wait for this arc
   *
   * c_k   cost of frequency choice k above the lowest cost, in joules
   * t_k   time of frequency choice k, in integer time units
   * </pre>
   *
   * @param apart time from the start of this arc until all other arcs into the same end event have
   *     ended, in integer time units
   * @param inflow sum of the prices of the other arcs into the end event, in joules per integer
   *     time unit
   * @param delayCosts result of {@link #delayCosts} for {@code inflow}
   * @return minimum cost over all frequency choices, in joules
   */
  double minCost(long apart, double inflow, double[] delayCosts) {
    // Of the frequency choices that need no additional time, the slowest takes the least energy.
    int option = times.slowestWithin(apart);
    double waiting =
        option < 0
            ? Double.POSITIVE_INFINITY
            : costOf[option] + price * (apart - times.ticks(option));
    return Doubles.min(waiting, delayCosts[option + 1] - inflow * apart);
  }
}
