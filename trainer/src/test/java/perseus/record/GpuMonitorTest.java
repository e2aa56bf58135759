package perseus.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perseus.gpu.FakeGpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuException.Reason;
import perseus.gpu.GpuInfo.EnergySource;
import perseus.gpu.GpuState;
import perseus.gpu.PowerSample;
import perseus.gpu.SensorSink;

class GpuMonitorTest {
  private static final long ZERO_MICROS = 1_700_000_000_000_000L;
  private static final double WATTS = 300;

  private final long zeroNanos = System.nanoTime();
  private final List<double[]> energies = Collections.synchronizedList(new ArrayList<>());
  private final List<PowerSample> samples = Collections.synchronizedList(new ArrayList<>());
  private final List<GpuState> states = Collections.synchronizedList(new ArrayList<>());
  private final SensorSink sink =
      new SensorSink() {
        @Override
        public void energy(double timeSeconds, long millijoules) {
          energies.add(new double[] {timeSeconds, millijoules / 1e3});
        }

        @Override
        public void power(PowerSample sample) {
          samples.add(sample);
        }

        @Override
        public void state(double timeSeconds, GpuState state) {
          states.add(state);
        }
      };

  private double seconds() {
    return (System.nanoTime() - zeroNanos) / 1e9;
  }

  private FakeGpu gpu(EnergySource source) {
    return new FakeGpu(() -> ZERO_MICROS / 1e6 + seconds(), WATTS, source);
  }

  private GpuMonitor monitor(FakeGpu gpu) {
    return new GpuMonitor(gpu, this::seconds, ZERO_MICROS, sink);
  }

  private static void pause(int millis) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(millis);
  }

  @Test
  void energyIsPowerTimesTime() throws InterruptedException {
    try (GpuMonitor monitor = monitor(gpu(EnergySource.COUNTER))) {
      pause(300);
      double start = seconds();
      pause(500);
      double end = seconds();
      double joules = monitor.joulesAt(end) - monitor.joulesAt(start);
      // Each of the two readings can be late by one update period of the counter (20 ms).
      assertThat(joules).isCloseTo(WATTS * (end - start), within(2 * 0.02 * WATTS));
    }
    assertThat(energies).hasSizeGreaterThan(10);
    for (int i = 1; i < energies.size(); i++) {
      assertThat(energies.get(i)[1]).isGreaterThan(energies.get(i - 1)[1]);
    }
    assertThat(states).isNotEmpty().contains(new GpuState(40, 1500, 4));
  }

  @Test
  void eachPowerSampleIsReceivedOnceAndInOrder() throws InterruptedException {
    GpuMonitor monitor = monitor(gpu(EnergySource.COUNTER));
    pause(1_300);
    monitor.close();
    assertThat(samples).hasSizeGreaterThan(40);
    for (int i = 1; i < samples.size(); i++) {
      assertThat(samples.get(i).epochMicros() - samples.get(i - 1).epochMicros()).isEqualTo(20_000);
    }
    assertThat(samples.get(0).epochMicros())
        .as("samples from before the run are left out")
        .isGreaterThanOrEqualTo(ZERO_MICROS);
  }

  @Test
  void withoutACounterTheEnergyIsTheIntegralOfTheSamples() throws InterruptedException {
    try (GpuMonitor monitor = monitor(gpu(EnergySource.SAMPLES))) {
      pause(300);
      double start = seconds();
      pause(600);
      double end = seconds();
      double joules = monitor.joulesAt(end) - monitor.joulesAt(start);
      assertThat(joules).isCloseTo(WATTS * (end - start), within(2 * 0.02 * WATTS));
    }
    assertThat(energies).isNotEmpty();
  }

  @Test
  void lostGpuFailsTheRunWithTheReason() throws InterruptedException {
    FakeGpu gpu = gpu(EnergySource.COUNTER);
    try (GpuMonitor monitor = monitor(gpu)) {
      pause(100);
      gpu.failure = Reason.GPU_LOST;
      assertThatThrownBy(() -> monitor.joulesAt(seconds() + 100))
          .isInstanceOfSatisfying(
              GpuException.class, e -> assertThat(e.reason()).isEqualTo(Reason.GPU_LOST));
      assertThatThrownBy(monitor::requireAlive).isInstanceOf(GpuException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"COUNTER", "SAMPLES"})
  void energyThatDoesNotChangeFailsTheRunInsteadOfBeingZero(EnergySource source) {
    FakeGpu gpu = gpu(source);
    gpu.stuck = true;
    try (GpuMonitor monitor = new GpuMonitor(gpu, this::seconds, ZERO_MICROS, sink, 0.3)) {
      assertThatThrownBy(() -> monitor.joulesAt(seconds() + 100))
          .isInstanceOf(GpuException.class)
          .hasMessageContaining("not changed");
    }
  }

  @Test
  void statesAreTakenOnce() throws InterruptedException {
    try (GpuMonitor monitor = monitor(gpu(EnergySource.COUNTER))) {
      pause(100);
      assertThat(monitor.takeStates()).hasSize(1);
      assertThat(monitor.takeStates()).isEmpty();
    }
  }
}
