package perseus.attribution.sensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.recording.log.EnergyLog;

/** Finds the update periods of simulated energy counters. */
class TickPeriodTest {
  private static final int UPDATES = 400;

  private final Random random = new Random(7);

  /** Returns a log whose updates are noticed up to 4.5 ms late. */
  private EnergyLog log(IntFunction<Double> secondsBetween) {
    double[] times = new double[UPDATES];
    double[] energies = new double[UPDATES];
    double time = 1000;
    for (int i = 0; i < UPDATES; i++) {
      time += secondsBetween.apply(i);
      times[i] = time + 4.5e-3 * random.nextDouble();
      energies[i] = 10 * i;
    }
    return EnergyLog.of(Path.of("time-energy-0.csv"), times, energies);
  }

  @ParameterizedTest
  @CsvSource({"0.1, 3", "0.1, 2", "0.02, 9", "0.5, 4"})
  void periodIsFoundIfUpdatesComeAfterSeveralPeriods(double period, int most) {
    EnergyLog log = log(i -> period * (1 + random.nextInt(most)));
    assertThat(TickPeriod.of(log)).isCloseTo(period, within(2e-3 * period));
  }

  @Test
  void periodOfARegularCounterIsTheMedian() {
    EnergyLog log = log(i -> 0.1);
    assertThat(TickPeriod.of(log)).isEqualTo(log.periodSeconds());
  }

  @Test
  void missingUpdatesOfARegularCounterChangeNothing() {
    EnergyLog log = log(i -> i % 10 == 0 ? 0.2 : 0.1);
    assertThat(TickPeriod.of(log)).isEqualTo(log.periodSeconds());
  }

  @Test
  void counterWithoutAPeriodKeepsTheMedian() {
    EnergyLog log = log(i -> 0.05 + 0.2 * random.nextDouble());
    assertThat(TickPeriod.of(log)).isEqualTo(log.periodSeconds());
  }

  @Test
  void coarseTimesHaveNoPeriod() {
    EnergyLog log = log(i -> 0.1 * (1 + random.nextInt(3))).withQuantum(0.01);
    assertThat(TickPeriod.of(log)).isEqualTo(log.periodSeconds());
  }
}
