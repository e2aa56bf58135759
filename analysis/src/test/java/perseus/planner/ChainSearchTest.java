package perseus.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ChainSearchTest {
  /** A plan at its fastest, with a tenth more time than that takes. */
  private static Timing withSomeSlack(Timing.Network network) {
    int[] fastest = new int[network.operations];
    long makespan = new Timing(network, fastest, Long.MAX_VALUE / 4).makespan();
    return new Timing(network, fastest, makespan + makespan / 10);
  }

  @Property(tries = 300)
  void staysInTimeAndSavesWhatItSays(@ForAll @LongRange(min = 0) long seed) {
    PlanningProblem problem = RandomProblems.problem(seed, 4, 6, 6);
    Timing.Network network = new Timing.Network(problem, new ScaledCosts(problem));
    Timing start = withSomeSlack(network);
    ChainSearch search = new ChainSearch(network, new EventChains(problem.dag(), network), start);
    double before = search.energy();
    search.descend();
    double settled = search.energy();
    search.shake(20, Double.NEGATIVE_INFINITY);
    int[] choices = search.choices();
    assertThat(settled).isLessThanOrEqualTo(before);
    assertThat(search.energy()).isLessThanOrEqualTo(settled + 1e-9);
    assertThat(
            IntStream.range(0, choices.length)
                .mapToDouble(j -> network.energies[j][choices[j]])
                .sum())
        .isCloseTo(search.energy(), within(1e-6));
    assertThat(new Timing(network, choices, start.deadline()).inTime()).isTrue();
  }

  /** Moves that no operation can make alone: where a pipeline is full, all wait for each other. */
  @Test
  void savesWhatSingleOperationsCannot() {
    PlanningProblem problem = PlannerBenchmark.problem(4, 12);
    Timing.Network network = new Timing.Network(problem, new ScaledCosts(problem));
    Timing alone = withSomeSlack(network);
    new LocalSearch(alone).improve();
    ChainSearch search = new ChainSearch(network, new EventChains(problem.dag(), network), alone);
    double before = search.energy();
    search.descend();
    assertThat(search.energy()).isLessThan(0.999 * before);
  }
}
