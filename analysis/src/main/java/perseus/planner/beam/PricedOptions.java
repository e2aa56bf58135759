package perseus.planner.beam;

import java.util.Arrays;
import perseus.planner.network.OptionLookup;

/**
 * An operation's options at a price of its time: what each costs more, in energy and time together,
 * than the cheapest.
 */
final class PricedOptions {
  final OptionLookup times;

  /** Joules per tick. */
  final double price;

  /** The option of each rank, the cheapest first. */
  final int[] options;

  /** Ticks of the option of each rank. */
  final long[] ticks;

  /** Reduced cost of the option of each rank, in joules, rising from 0. */
  final double[] costs;

  /** Reduced cost of each option. */
  private final double[] costOf;

  /**
   * @param energies joules of each option, falling
   * @param price joules per tick
   */
  PricedOptions(OptionLookup times, double[] energies, double price) {
    int count = energies.length;
    this.times = times;
    this.price = price;
    costOf = new double[count];
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < count; k++) {
      costOf[k] = energies[k] + price * times.ticks(k);
      least = Math.min(least, costOf[k]);
    }
    options = new int[count];
    for (int k = 0; k < count; k++) {
      costOf[k] -= least;
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
   * For each option the least that one as slow or slower costs, with what its time costs others.
   *
   * @param arrived joules per tick
   */
  double[] late(double arrived) {
    double[] late = new double[costOf.length + 1];
    late[costOf.length] = Double.POSITIVE_INFINITY;
    for (int k = costOf.length - 1; k >= 0; k--) {
      late[k] = Math.min(late[k + 1], costOf[k] + arrived * times.ticks(k));
    }
    return late;
  }

  /**
   * What is added at the least between two events, of which the second comes a time after the first
   * or as soon as an option is done.
   *
   * @param apart ticks from the first to the second, as far as others are concerned
   * @param arrived joules per tick that it costs if the second is later
   * @param late of that price
   */
  double least(long apart, double arrived, double[] late) {
    // Of the options that are done in time, the slowest takes the least energy.
    int option = times.slowestWithin(apart);
    double waiting =
        option < 0
            ? Double.POSITIVE_INFINITY
            : costOf[option] + price * (apart - times.ticks(option));
    return Math.min(waiting, late[option + 1] - arrived * apart);
  }
}
