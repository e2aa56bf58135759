package perseus.planner.beam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class BeamCandidatesTest {
  private static final double LEAST = 2;

  @Property
  void keepsTheCheapestOfThoseThatDiffer(
      @ForAll @LongRange(min = 0) long seed, @ForAll @IntRange(min = 1, max = 40) int width) {
    Random random = new Random(seed);
    double spread = random.nextBoolean() ? 0 : Math.exp(4 * random.nextDouble() - 2);
    int kinds = 1 + random.nextInt(20 * width);
    BeamCandidates extensions = new BeamCandidates(width);
    // What was there before is forgotten.
    extensions.start(LEAST, 0, Double.POSITIVE_INFINITY);
    extensions.offer(7, 7, 7, LEAST, 0, 7L << 32);
    extensions.start(LEAST, spread, Double.POSITIVE_INFINITY);
    Map<Long, Double> cheapest = new HashMap<>();
    for (int i = 0; i < 30 * width; i++) {
      long hash = (1L + random.nextInt(kinds)) * 0x9E3779B97F4A7C15L;
      double joules = LEAST + Math.abs(random.nextGaussian());
      cheapest.merge(hash, joules, Math::min);
      if (joules < extensions.limit()) {
        extensions.offer(i, i, i, joules, 0, hash);
      }
    }
    List<Double> expected = cheapest.values().stream().sorted().toList();
    int count = extensions.rank();
    assertThat(count).isEqualTo(Math.min(width, expected.size()));
    double range = expected.get(count - 1) - LEAST;
    List<Long> hashes = new ArrayList<>();
    for (int rank = 0; rank < count; rank++) {
      hashes.add(extensions.hash(rank));
      assertThat(extensions.added(rank))
          .isGreaterThanOrEqualTo(cheapest.get(extensions.hash(rank)))
          // Groups tell them apart as far as there are enough of them.
          .isLessThanOrEqualTo(LEAST + 2 * range + 4.0 / width);
    }
    assertThat(hashes).doesNotHaveDuplicates();
    assertThat(extensions.added(0)).isLessThanOrEqualTo(expected.get(0) + 4.0 / width);
  }

  @Test
  void losesNoneWhereAllCostTheSame() {
    BeamCandidates extensions = new BeamCandidates(3);
    extensions.start(LEAST, 0, Double.POSITIVE_INFINITY);
    for (int i = 1; i < 100; i++) {
      if (LEAST < extensions.limit()) {
        extensions.offer(i, i, i, LEAST, 0, i * 0x9E3779B97F4A7C15L);
      }
    }
    assertThat(extensions.rank()).isEqualTo(3);
  }

  /** The limit is the end of a bin, to which what is in it may be rounded. */
  @Test
  void losesNoneAtTheLimit() {
    for (double spread : new double[] {2 * (2.5 + 0.3 - 2.5), 2e-15, 1e-14}) {
      BeamCandidates extensions = new BeamCandidates(10);
      extensions.start(2.5, spread, Double.POSITIVE_INFINITY);
      double most = spread > 1e-10 ? 2.5 + 0.3 : 2.5;
      for (int i = 1; i < 40; i++) {
        if (most < extensions.limit()) {
          extensions.offer(i, i, i, most, 0, i * 0x9E3779B97F4A7C15L);
        }
      }
      assertThat(extensions.rank()).isEqualTo(10);
    }
  }
}
