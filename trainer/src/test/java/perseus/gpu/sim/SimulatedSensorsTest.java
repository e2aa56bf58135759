package perseus.gpu.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import perseus.gpu.GpuState;
import perseus.gpu.PowerSample;
import perseus.gpu.SensorSink;

class SimulatedSensorsTest {
  private static final SensorModel MODEL = SimulatedGpus.named("sim:a100-sxm").sensors();
  private static final GpuState STATE = new GpuState(40, 1410, 0);
  private static final long ZERO_MICROS = 1_700_000_000_000_000L;

  private record Update(double seconds, double joules) {}

  private final List<Update> updates = new ArrayList<>();
  private final List<PowerSample> samples = new ArrayList<>();
  private final List<Double> stateSeconds = new ArrayList<>();
  private final SensorSink sink =
      new SensorSink() {
        @Override
        public void energy(double timeSeconds, long millijoules) {
          updates.add(new Update(timeSeconds, millijoules / 1e3));
        }

        @Override
        public void power(PowerSample sample) {
          samples.add(sample);
        }

        @Override
        public void state(double timeSeconds, GpuState state) {
          assertThat(state).isEqualTo(STATE);
          stateSeconds.add(timeSeconds);
        }
      };

  private SimulatedSensors sensors(SensorModel model) {
    return new SimulatedSensors(model, 7, ZERO_MICROS, sink);
  }

  private static double seconds(PowerSample sample) {
    return (sample.epochMicros() - ZERO_MICROS) / 1e6;
  }

  @Test
  void samplesComeEvery20MillisecondsAndUpdatesEvery100() {
    sensors(MODEL).draw(0, 60, 300, STATE);

    assertThat(samples.size()).isBetween(2998, 3001);
    assertThat(updates.size()).isBetween(598, 601);
    assertThat(stateSeconds.size()).isBetween(118, 121);
    assertThat(samples).isSortedAccordingTo((a, b) -> Double.compare(seconds(a), seconds(b)));
    assertThat(updates).isSortedAccordingTo((a, b) -> Double.compare(a.seconds, b.seconds));
  }

  @Test
  void counterIsTheSumOfTheSamples() {
    SimulatedSensors sensors = sensors(MODEL);
    // The period of the load is not a multiple of the samples' period of 20 ms. So the samples lie
    // in all parts of the load's period.
    double period = 0.1037;
    for (int i = 0; i < 300; i++) {
      sensors.draw(i * period, (i + 0.3) * period, 450, STATE);
      sensors.draw((i + 0.3) * period, (i + 1) * period, 90, STATE);
    }
    double sum = 0;
    double before = 0;
    for (int i = 0; i < samples.size(); i++) {
      sum += samples.get(i).watts() * (seconds(samples.get(i)) - before);
      before = seconds(samples.get(i));
      if (i % 5 == 4) {
        Update update = updates.get(1 + i / 5);
        assertThat(update.joules - updates.get(0).joules).isCloseTo(sum, within(0.01));
        assertThat(update.seconds - before).isBetween(0.012, 0.0165);
      }
    }
    assertThat(sum / before).isCloseTo(0.3 * 450 + 0.7 * 90, within(2.0));
  }

  @Test
  void sampleFollowsAStepOfThePowerWithTheTimeConstant() {
    SimulatedSensors sensors = sensors(MODEL);
    sensors.draw(0, 1, 100, STATE);
    sensors.draw(1, 2, 400, STATE);

    for (PowerSample sample : samples) {
      double age = seconds(sample) - 1;
      double expected = age < 0 ? 100 : 400 - 300 * Math.exp(-age / 0.0125);
      assertThat(sample.watts()).isCloseTo(expected, within(5 * MODEL.noiseWatts()));
    }
  }

  @Test
  void withoutLowPassASampleIsTheMeanSinceTheSampleBefore() {
    SimulatedSensors sensors = sensors(MODEL.withLowPassSeconds(0));
    sensors.draw(0, 1.003, 100, STATE);
    sensors.draw(1.003, 2, 400, STATE);

    double shown = 0;
    double before = 0;
    for (PowerSample sample : samples) {
      shown += sample.watts() * (seconds(sample) - before);
      before = seconds(sample);
      double drawn = before < 1.003 ? 100 * before : 100.3 + 400 * (before - 1.003);
      assertThat(shown).isCloseTo(drawn, within(2.0));
    }
    assertThat(before).isGreaterThan(1.9);
  }
}
