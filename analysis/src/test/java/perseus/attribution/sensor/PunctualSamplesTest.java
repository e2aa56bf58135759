package perseus.attribution.sensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** Samples on a grid of times, of which some are stamped late and some are lost. */
class PunctualSamplesTest {
  private static final double PERIOD = 0.0200013;

  private final Random random = new Random(3);

  @Test
  void lateSamplesAreFoundAlthoughMostIntervalsAreIrregular() {
    int n = 20_000;
    boolean[] late = new boolean[n];
    double[] stamps = new double[n];
    double grid = 1.7e9;
    for (int i = 0; i < n; i++) {
      grid += random.nextInt(10) == 0 ? 2 * PERIOD : PERIOD;
      late[i] = random.nextInt(10) < 4;
      stamps[i] =
          grid + (late[i] ? 0.002 + 0.016 * random.nextDouble() : 2e-4 * random.nextDouble());
    }
    boolean[] punctual = PunctualSamples.of(stamps);
    int wrong = 0;
    for (int i = 0; i < n; i++) {
      wrong += punctual[i] == late[i] ? 1 : 0;
    }
    assertThat(wrong).isLessThan(n / 200);
  }

  @Test
  void samplesAtRegularTimesAreAllPunctual() {
    double[] stamps = DoubleStream.iterate(5, time -> time + 0.1).limit(500).toArray();
    assertThat(PunctualSamples.of(stamps)).doesNotContain(false);
  }

  @Test
  void samplesWithoutAGridAreNotPunctual() {
    double[] stamps = random.doubles(5000, 0, 100).sorted().toArray();
    boolean[] punctual = PunctualSamples.of(stamps);
    int count = 0;
    for (boolean one : punctual) {
      count += one ? 1 : 0;
    }
    assertThat(count).isLessThan(1000);
  }

  @Test
  void fewSamplesNeedNoGrid() {
    assertThat(PunctualSamples.of(new double[0])).isEmpty();
    assertThat(PunctualSamples.of(new double[] {1})).hasSize(1);
    assertThat(PunctualSamples.of(new double[] {1, 1.02, 1.04})).hasSize(3);
  }
}
