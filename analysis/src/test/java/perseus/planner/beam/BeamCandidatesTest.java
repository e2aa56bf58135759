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
  private static final double MIN_SCORE = 2;
  private static final double NO_BUDGET = Double.POSITIVE_INFINITY;

  /** Odd factor that distributes small numbers over all bits of a hash. */
  private static final long HASH_FACTOR = 0x9E3779B97F4A7C15L;

  @Property
  void keepsTheBestExtensionOfEachHash(
      @ForAll @LongRange(min = 0) long seed, @ForAll @IntRange(min = 1, max = 40) int width) {
    Random random = new Random(seed);
    double spread = random.nextBoolean() ? 0 : Math.exp(4 * random.nextDouble() - 2);
    int hashes = 1 + random.nextInt(20 * width);
    BeamCandidates candidates = new BeamCandidates(width);
    // A candidate of an earlier selection must not appear in the next selection.
    candidates.start(MIN_SCORE, 0, NO_BUDGET);
    candidates.offer(7, 7, 7, MIN_SCORE, 0, 7L << 32);
    candidates.start(MIN_SCORE, spread, NO_BUDGET);
    Map<Long, Double> lowestScores = new HashMap<>();
    for (int i = 0; i < 30 * width; i++) {
      long hash = (1L + random.nextInt(hashes)) * HASH_FACTOR;
      double score = MIN_SCORE + Math.abs(random.nextGaussian());
      lowestScores.merge(hash, score, Math::min);
      if (score < candidates.limit()) {
        candidates.offer(i, i, i, score, 0, hash);
      }
    }
    List<Double> expected = lowestScores.values().stream().sorted().toList();
    int count = candidates.rank();
    assertThat(count).isEqualTo(Math.min(width, expected.size()));
    double range = expected.get(count - 1) - MIN_SCORE;
    List<Long> kept = new ArrayList<>();
    for (int rank = 0; rank < count; rank++) {
      kept.add(candidates.hash(rank));
      assertThat(candidates.score(rank))
          .isGreaterThanOrEqualTo(lowestScores.get(candidates.hash(rank)))
          // The selection does not compare the scores of candidates in the same small interval.
          .isLessThanOrEqualTo(MIN_SCORE + 2 * range + 4.0 / width);
    }
    assertThat(kept).doesNotHaveDuplicates();
    assertThat(candidates.score(0)).isLessThanOrEqualTo(expected.get(0) + 4.0 / width);
  }

  @Test
  void fillsTheWidthWhereAllScoresAreEqual() {
    BeamCandidates candidates = new BeamCandidates(3);
    candidates.start(MIN_SCORE, 0, NO_BUDGET);
    for (int i = 1; i < 100; i++) {
      if (MIN_SCORE < candidates.limit()) {
        candidates.offer(i, i, i, MIN_SCORE, 0, i * HASH_FACTOR);
      }
    }
    assertThat(candidates.rank()).isEqualTo(3);
  }

  /**
   * Because of rounding, a score can be above the computed end of its interval. The end of the
   * interval is the limit of scores.
   */
  @Test
  void fillsTheWidthWhereScoresAreAtTheEndOfABin() {
    double minScore = 2.5;
    for (double spread : new double[] {2 * (2.5 + 0.3 - 2.5), 2e-15, 1e-14}) {
      BeamCandidates candidates = new BeamCandidates(10);
      candidates.start(minScore, spread, NO_BUDGET);
      double score = spread > 1e-10 ? minScore + 0.3 : minScore;
      for (int i = 1; i < 40; i++) {
        if (score < candidates.limit()) {
          candidates.offer(i, i, i, score, 0, i * HASH_FACTOR);
        }
      }
      assertThat(candidates.rank()).isEqualTo(10);
    }
  }
}
