package perseus.gpu.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import perseus.gpu.GpuState;
import perseus.model.layer.KernelWork;

class SimulatedGpuTest {
  private static final GpuModel A100 = SimulatedGpus.named("sim:a100-sxm,heat=0");
  private static final GpuWork WORK = new GpuWork(A100, List.of(new KernelWork(10e12, 30e9)));

  @Test
  void clockChangeTakesEffectLaterWithoutStalling() {
    SimulatedGpu gpu = new SimulatedGpu(A100, List.of());
    gpu.lockClocks(705);
    gpu.run(WORK, 1);

    // The work runs at 1410 MHz for 10 ms, and then at 705 MHz until it is done.
    double left = 1 - 0.010 / WORK.seconds(1410);
    assertThat(gpu.nowSeconds()).isCloseTo(0.010 + left * WORK.seconds(705), within(1e-9));
  }

  @Test
  void lastRequestedClockWins() {
    SimulatedGpu gpu = new SimulatedGpu(A100, List.of());
    gpu.lockClocks(705);
    gpu.lockClocks(900);
    gpu.lockClocks(1005);
    gpu.block(1);
    gpu.run(WORK, 1);

    assertThat(gpu.nowSeconds() - 1).isCloseTo(WORK.seconds(1005), within(1e-9));
  }

  @Test
  void energyIsPowerTimesTime() {
    SimulatedGpu gpu = new SimulatedGpu(A100, List.of());
    gpu.run(WORK, 1);
    gpu.block(2);

    double blocked = 2 - WORK.seconds(1410);
    assertThat(gpu.energyJoules())
        .isCloseTo(SimulatedGpusTest.joules(WORK, 1410) + 84 * blocked, within(1e-6));
  }

  @Test
  void unsupportedClockIsRefused() {
    assertThatThrownBy(() -> new SimulatedGpu(A100, List.of()).lockClocks(1000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1000 MHz");
  }

  @Test
  void powerRisesByOnePercentPer10Kelvins() {
    GpuModel model = SimulatedGpus.named("sim:a100-sxm");
    GpuWork work = new GpuWork(model, List.of(new KernelWork(1e12, 30e9)));
    SimulatedGpu gpu = new SimulatedGpu(model, List.of());
    double atStart = joules(gpu, work);
    gpu.block(100);
    double afterWaiting = joules(gpu, work);
    assertThat(afterWaiting).isCloseTo(atStart, within(1e-3 * atStart));

    gpu.run(work, 5_000);
    double afterComputing = joules(gpu, work);
    double watts = afterComputing / work.seconds(1410);
    double kelvins = 0.05 * (watts - 84);
    assertThat(afterComputing / afterWaiting).isCloseTo(1 + 0.001 * kelvins, within(0.001));
  }

  private static double joules(SimulatedGpu gpu, GpuWork work) {
    double before = gpu.energyJoules();
    gpu.run(work, 1);
    return gpu.energyJoules() - before;
  }

  @Test
  void powerCapLowersTheClockInForce() {
    GpuModel capped = SimulatedGpus.named("sim:a100-sxm,cap=300");
    GpuWork work = new GpuWork(capped, List.of(new KernelWork(10e12, 30e9)));
    List<Double> watts = new ArrayList<>();
    List<GpuState> states = new ArrayList<>();
    SimulatedGpu gpu =
        new SimulatedGpu(
            capped,
            List.of(
                (start, end, power, state) -> {
                  watts.add(power);
                  states.add(state);
                }));
    gpu.run(work, 1);
    gpu.lockClocks(855);
    gpu.block(1);
    gpu.run(work, 1);

    assertThat(watts.get(0)).isCloseTo(300, within(0.01));
    assertThat(states.get(0).smMhz()).isBetween(1000, 1200);
    assertThat(states.get(0).reasons()).containsExactly("software power cap");
    GpuState last = states.get(states.size() - 1);
    assertThat(last.smMhz()).isEqualTo(855);
    assertThat(last.reasons()).isEmpty();
    assertThat(work.seconds(1410)).isGreaterThan(1.1 * WORK.seconds(1410));
  }
}
