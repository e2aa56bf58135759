package perseus.attribution.sensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import perseus.recording.log.PowerSamples;

/**
 * Tests samples that were taken at regular times, of which some were recorded late and some were
 * lost.
 */
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
    boolean[] punctual = punctual(stamps);
    int wrong = 0;
    for (int i = 0; i < n; i++) {
      wrong += punctual[i] == late[i] ? 1 : 0;
    }
    assertThat(wrong).isLessThan(n / 200);
  }

  @Test
  void samplesAtRegularTimesAreAllPunctual() {
    double[] stamps = DoubleStream.iterate(5, time -> time + 0.1).limit(500).toArray();
    assertThat(punctual(stamps)).doesNotContain(false);
  }

  @Test
  void samplesWithoutAGridAreNotPunctual() {
    double[] stamps = random.doubles(5000, 0, 100).sorted().toArray();
    boolean[] punctual = punctual(stamps);
    int count = 0;
    for (boolean one : punctual) {
      count += one ? 1 : 0;
    }
    assertThat(count).isLessThan(1000);
  }

  @Test
  void fewSamplesNeedNoGrid() {
    for (double[] stamps : new double[][] {{}, {1}, {1, 1.02, 1.04}}) {
      PowerSamples samples = new PowerSamples(null, stamps, new double[stamps.length], PERIOD);
      PowerSamples found = PunctualSamples.of(stamps).apply(samples);
      assertThat(found.size() + found.doubtful().size()).isLessThanOrEqualTo(stamps.length);
    }
  }

  @Test
  void sampleWithALateStampGetsTheTimeOfTheGrid() {
    int n = 400;
    double[] stamps = new double[n];
    double[] watts = new double[n];
    for (int i = 0; i < n; i++) {
      stamps[i] = 1.7e9 + i * PERIOD;
      watts[i] = i;
    }
    stamps[100] += 0.009; // stamped late: the next sample is punctual
    stamps[200] += 0.009; // the next sample is late too, so the time is doubtful
    stamps[201] += 0.0155; // taken late
    PowerSamples found =
        PunctualSamples.of(stamps).apply(new PowerSamples(null, stamps, watts, PERIOD));
    assertThat(found.size()).isEqualTo(n - 2);
    assertThat(found.times()[100]).isCloseTo(1.7e9 + 100 * PERIOD, within(1e-6));
    assertThat(found.doubtful().watts()).containsExactly(200, 201);
    assertThat(found.doubtful().times()[0]).isCloseTo(stamps[200] - 0.0045, within(1e-5));
    assertThat(found.doubtful().times()[1]).isCloseTo(stamps[201] - 0.0035, within(1e-5));
  }

  private static boolean[] punctual(double[] stamps) {
    PunctualSamples found = PunctualSamples.of(stamps);
    boolean[] punctual = new boolean[stamps.length];
    for (int i = 0; i < punctual.length; i++) {
      punctual[i] = found.isPunctual(i);
    }
    return punctual;
  }
}
