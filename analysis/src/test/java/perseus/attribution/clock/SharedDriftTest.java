package perseus.attribution.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import perseus.attribution.fit.NormalEquations;
import perseus.attribution.fit.PowerColumns;
import perseus.attribution.fit.PowerModel;
import perseus.pipeline.Instruction;

/** Tests how the drifts of the clocks of several ranks are found together. */
class SharedDriftTest {
  private static final double READING_SECONDS = 0.1;
  private static final double WORK_SECONDS = 0.05;
  private static final double WATTS = 400;
  private static final double WAITING_WATTS = 84;
  private static final int READINGS_OF_PIECE = 20;

  /** Simulates a GPU that alternately works for 50 ms and waits for a random time. */
  private static final class Load {
    private final TreeSet<Double> starts = new TreeSet<>();

    Load(double seconds, Random random) {
      for (double t = -1; t < seconds + 1; t += WORK_SECONDS + 0.02 + 0.1 * random.nextDouble()) {
        starts.add(t);
      }
    }

    /** Returns the seconds of work between two times. */
    double work(double from, double to) {
      double sum = 0;
      for (double start : starts.subSet(from - WORK_SECONDS, to)) {
        sum += Math.min(to, start + WORK_SECONDS) - Math.max(from, start);
      }
      return sum;
    }
  }

  private static SharedDrift.Rank rank(int rank, double seconds, double slope, double noise) {
    Random random = new Random(7 + rank);
    Load load = new Load(seconds, random);
    PowerColumns columns = PowerColumns.of(List.of(Instruction.FORWARD), new PowerModel(Map.of()));
    int size = (int) (seconds / READING_SECONDS);
    double[] joules = new double[size];
    double middle = seconds / 2;
    for (int i = 0; i < size; i++) {
      double lag = slope * (i * READING_SECONDS - middle);
      double work = load.work((i - 1) * READING_SECONDS - lag, i * READING_SECONDS - lag);
      double energy = WATTS * work + WAITING_WATTS * (READING_SECONDS - work);
      joules[i] = energy * (1 + noise * random.nextGaussian());
    }
    List<DriftLikelihood.Piece> pieces = new ArrayList<>();
    for (int from = 0; from + READINGS_OF_PIECE <= size; from += READINGS_OF_PIECE) {
      int first = from;
      pieces.add(
          new DriftLikelihood.Piece(
              columns,
              columns,
              READINGS_OF_PIECE,
              (first + READINGS_OF_PIECE / 2.0) * READING_SECONDS - middle,
              lag -> rows(load, joules, first, lag)));
    }
    return new SharedDrift.Rank(rank, new DriftLikelihood(pieces), 0, false, 0);
  }

  private static NormalEquations rows(Load load, double[] joules, int first, double lag) {
    NormalEquations sums = new NormalEquations(2);
    for (int i = first; i < first + READINGS_OF_PIECE; i++) {
      double work = load.work((i - 1) * READING_SECONDS - lag, i * READING_SECONDS - lag);
      sums.add(new double[] {READING_SECONDS - work, work}, joules[i]);
    }
    return sums;
  }

  private static Map<Integer, SharedDrift.Found> find(SharedDrift.Rank... ranks) {
    return SharedDrift.find(List.of(ranks), List.of());
  }

  @Test
  void eachRankMayDriftAtAnotherRate() {
    Map<Integer, SharedDrift.Found> found =
        find(rank(0, 60, 2e-4, 0.01), rank(1, 60, -5e-4, 0.01), rank(2, 60, 14e-4, 0.01));
    assertThat(found.get(0).slope()).isCloseTo(2e-4, within(4e-6));
    assertThat(found.get(1).slope()).isCloseTo(-5e-4, within(4e-6));
    assertThat(found.get(2).slope()).isCloseTo(14e-4, within(4e-6));
    assertThat(found.values()).allMatch(one -> one.doubtfulSlope() == 0);
  }

  @Test
  void ranksWithoutADriftKeepTheirTimes() {
    assertThat(find(rank(0, 60, 0, 0.01), rank(1, 60, 0, 0.01), rank(2, 60, 0, 0.1))).isEmpty();
  }

  @Test
  void aRankWhoseReadingsContradictADriftOfOthersKeepsItsTimes() {
    Map<Integer, SharedDrift.Found> found =
        find(rank(0, 60, 3e-4, 0.01), rank(1, 60, 0, 0.01), rank(2, 60, 3e-4, 0.01));
    assertThat(found.get(1)).isEqualTo(SharedDrift.Found.NONE);
    assertThat(found.get(2).slope()).isCloseTo(3e-4, within(4e-6));
  }

  @Test
  void aRankWithWeakEvidenceFollowsTheOthers() {
    SharedDrift.Rank weak = rank(2, 60, 1e-4, 0.4);
    assertThat(SharedDrift.find(List.of(weak), List.of())).isEmpty();
    SharedDrift.Found found = find(rank(0, 60, 1e-4, 0.01), rank(1, 60, 1e-4, 0.01), weak).get(2);
    assertThat(found.slope()).isCloseTo(1e-4, within(4e-5));
    assertThat(SharedDrift.find(List.of(weak), List.of(1e-4)).get(2).slope())
        .isCloseTo(1e-4, within(4e-5));
  }

  @Test
  void aRankThatNeitherShowsNorExcludesTheDriftOfOthersIsDoubtful() {
    SharedDrift.Found found =
        find(rank(0, 60, 1e-4, 0.01), rank(1, 60, 1e-4, 0.01), rank(2, 60, 0, 2)).get(2);
    assertThat(found.doubtfulSlope()).isCloseTo(1e-4, within(2e-6));
    assertThat(found.errorSeconds())
        .isCloseTo(Math.sqrt(0.5) * 1e-4 * 29 / Math.sqrt(3), within(1e-4));
  }

  @Test
  void manyRanksShowTogetherWhatNoneShowsAlone() {
    double noise = 0.08;
    SharedDrift.Rank[] ranks =
        IntStream.range(0, 8)
            .mapToObj(r -> rank(r, 60, 6e-5, noise))
            .toArray(SharedDrift.Rank[]::new);
    long alone = Arrays.stream(ranks).filter(rank -> !find(rank).isEmpty()).count();
    Map<Integer, SharedDrift.Found> found = find(ranks);
    assertThat(alone).isZero();
    assertThat(found).hasSize(8);
  }
}
