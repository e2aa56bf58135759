package perseus.gpu.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import perseus.model.layer.KernelWork;

class SimulatedGpuTest {
  private static final GpuModel A100 = SimulatedGpus.named("sim:a100-sxm");
  private static final GpuWork WORK = new GpuWork(A100, List.of(new KernelWork(10e12, 30e9)));

  @Test
  void clockChangeTakesEffectLaterWithoutStalling() {
    SimulatedGpu gpu = new SimulatedGpu(A100, List.of());
    gpu.lockClocks(705);
    gpu.run(WORK, 1);

    // Ten milliseconds at 1410 MHz, then the rest of the work at 705 MHz.
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
  void counterIsUpdatedEvery100MillisecondsAndLagsBehind() {
    record Row(double time, long millijoules) {}
    List<Row> rows = new ArrayList<>();
    EnergyCounter counter =
        new EnergyCounter(A100.counter(), 7, (time, value) -> rows.add(new Row(time, value)));
    counter.draw(0, 3, 100);
    counter.draw(3, 60, 400);

    assertThat(rows.size()).isBetween(595, 605);
    double start = rows.get(0).millijoules / 1e3;
    for (int i = 1; i < rows.size(); i++) {
      assertThat(rows.get(i).time).isGreaterThan(rows.get(i - 1).time);
      double shown = rows.get(i).time - 0.008;
      double drawn = shown < 3 ? 100 * shown : 300 + 400 * (shown - 3);
      // Errors do not accumulate, and polling delays a row by at most 4.5 ms.
      assertThat(rows.get(i).millijoules / 1e3 - start).isBetween(drawn - 2.5, drawn + 0.7);
    }
  }
}
