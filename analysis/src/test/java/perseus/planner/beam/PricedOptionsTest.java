package perseus.planner.beam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import perseus.planner.network.OptionLookup;

class PricedOptionsTest {
  private static final double TOLERANCE_JOULES = 1e-9;

  /** Makes random options with rising times, falling energies and a price of time from a seed. */
  private static final class Priced {
    final long[] ticks;
    final double[] energies;
    final double price;
    final PricedOptions options;

    Priced(Random random) {
      int count = 1 + random.nextInt(12);
      ticks = random.longs(count, 1, 1000).distinct().sorted().toArray();
      energies = random.doubles(ticks.length, -20, 60).sorted().toArray();
      for (int low = 0, high = energies.length - 1; low < high; low++, high--) {
        double energy = energies[low];
        energies[low] = energies[high];
        energies[high] = energy;
      }
      price = random.nextInt(4) == 0 ? 0 : 0.2 * random.nextDouble();
      options = new PricedOptions(new OptionLookup(ticks), energies, price);
    }

    double reducedCost(int option) {
      double lowest = IntStream.range(0, ticks.length).mapToDouble(this::cost).min().orElseThrow();
      return cost(option) - lowest;
    }

    private double cost(int option) {
      return energies[option] + price * ticks[option];
    }
  }

  @Property
  void ranksSortAllOptionsByReducedCost(@ForAll @LongRange(min = 0) long seed) {
    Priced priced = new Priced(new Random(seed));
    PricedOptions options = priced.options;
    assertThat(options.options)
        .containsExactlyInAnyOrder(IntStream.range(0, priced.ticks.length).toArray());
    assertThat(options.costs).isSorted().startsWith(0);
    for (int rank = 0; rank < options.options.length; rank++) {
      int option = options.options[rank];
      assertThat(options.rank(option)).isEqualTo(rank);
      assertThat(options.ticks[rank]).isEqualTo(priced.ticks[option]);
      assertThat(options.costs[rank])
          .isCloseTo(priced.reducedCost(option), within(TOLERANCE_JOULES));
    }
  }

  @Property
  void minCostIsTheMinimumOverAllOptions(@ForAll @LongRange(min = 0) long seed) {
    Random random = new Random(seed);
    Priced priced = new Priced(random);
    double inflow = random.nextInt(4) == 0 ? 0 : 0.2 * random.nextDouble();
    double[] delayCosts = priced.options.delayCosts(inflow);
    for (int i = 0; i < 20; i++) {
      long apart = random.nextInt(1300) - 100;
      double expected =
          IntStream.range(0, priced.ticks.length)
              .mapToDouble(
                  k ->
                      priced.reducedCost(k)
                          + priced.price * Math.max(0, apart - priced.ticks[k])
                          + inflow * Math.max(0, priced.ticks[k] - apart))
              .min()
              .orElseThrow();
      assertThat(priced.options.minCost(apart, inflow, delayCosts))
          .isCloseTo(expected, within(TOLERANCE_JOULES));
    }
  }

  @Example
  void precedenceHasOneOptionThatCostsNothing() {
    PricedOptions lag = new PricedOptions(new OptionLookup(new long[] {5}), new double[] {0}, 3);
    assertThat(lag.costs).containsExactly(0);
    assertThat(Arrays.stream(lag.ticks).boxed()).containsExactly(5L);
    assertThat(lag.minCost(7, 2, lag.delayCosts(2))).isEqualTo(3 * 2.0);
    assertThat(lag.minCost(4, 2, lag.delayCosts(2))).isEqualTo(2 * 1.0);
  }
}
