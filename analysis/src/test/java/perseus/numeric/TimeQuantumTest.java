package perseus.numeric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeQuantumTest {
  private static final double START = 1.7959356e9;

  private final Random random = new Random(1);

  /** Returns 2,000 times that are 5 to 95 ms apart, each changed by the given function. */
  private double[] times(DoubleUnaryOperator change) {
    double[] times = new double[2000];
    double time = START;
    for (int i = 0; i < times.length; i++) {
      time += 0.005 + 0.09 * random.nextDouble();
      times[i] = change.applyAsDouble(time);
    }
    return times;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.002, 0.01, 0.015625, 0.016, 1 / 60.0, 0.05, 0.1, 1})
  void quantumOfRoundedTimesIsFound(double quantum) {
    double[] down = times(time -> Math.floor(time / quantum) * quantum);
    double[] nearest = times(time -> Math.rint(time / quantum) * quantum);
    assertThat(TimeQuantum.of(down)).isCloseTo(quantum, within(1e-4 * quantum));
    assertThat(TimeQuantum.of(nearest)).isCloseTo(quantum, within(1e-4 * quantum));
  }

  @Test
  void timesThatWereWrittenWithMicrosecondsMayHaveAQuantum() {
    double[] times = times(time -> Math.rint(1e6 * Math.floor(time / 0.015625) * 0.015625) / 1e6);
    assertThat(TimeQuantum.of(times)).isCloseTo(0.015625, within(1e-6));
    assertThat(TimeQuantum.isAligned(times, TimeQuantum.of(times))).isTrue();
  }

  @Test
  void quantumMayBeginAtAnyTime() {
    double[] times = times(time -> START + 0.0037 + Math.floor((time - START) / 0.01) * 0.01);
    assertThat(TimeQuantum.of(times)).isCloseTo(0.01, within(1e-6));
    assertThat(TimeQuantum.isAligned(times, TimeQuantum.of(times))).isFalse();
  }

  @Test
  void preciseTimesHaveNoQuantum() {
    assertThat(TimeQuantum.of(times(time -> time))).isZero();
    assertThat(TimeQuantum.of(times(time -> Math.rint(1e6 * time) / 1e6))).isZero();
    assertThat(TimeQuantum.of(times(time -> Math.rint(2e3 * time) / 2e3))).isZero();
    assertThat(TimeQuantum.of(new double[0])).isZero();
  }

  @Test
  void fewWrongTimesDoNotHideTheQuantum() {
    double[] times = times(time -> Math.floor(time / 0.01) * 0.01);
    for (int i = 100; i < times.length; i += 1000) {
      times[i] += 0.0013;
    }
    assertThat(TimeQuantum.of(times)).isCloseTo(0.01, within(1e-5));
  }

  @Test
  void timesMayBeManyQuantaApart() {
    double[] times = new double[300];
    for (int i = 0; i < times.length; i++) {
      times[i] = Math.floor((START + i + 0.1 * random.nextDouble()) / 0.001) * 0.001;
    }
    assertThat(TimeQuantum.of(times)).isCloseTo(0.001, within(1e-6));
  }

  @Test
  void regularTimesHaveAQuantumOnlyIfSomeWereRepeated() {
    double[] times = new double[500];
    Arrays.setAll(times, i -> START + 0.1 * i);
    assertThat(TimeQuantum.of(times)).isZero();
    assertThat(TimeQuantum.ofRepeated(times)).isCloseTo(0.1, within(1e-5));
  }
}
