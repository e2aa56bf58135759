package perseus.rank.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import perseus.engine.StageProgram;
import perseus.gpu.sim.GpuModel;
import perseus.gpu.sim.GpuWork;
import perseus.gpu.sim.SimulatedGpu;
import perseus.gpu.sim.SimulatedGpus;
import perseus.model.layer.KernelWork;

class PacedDeviceTest {
  private static final GpuModel MODEL = SimulatedGpus.named("sim:a100-sxm,heat=0");
  private static final GpuWork WORK = new GpuWork(MODEL, List.of(new KernelWork(1e12, 1e9)));

  private static final StageProgram.Action FORWARD =
      new StageProgram.Action(StageProgram.Kind.FORWARD, new StageProgram.Piece(0, 0), null);

  private final List<Double> seconds = new ArrayList<>();
  private final WallClock clock = new WallClock();
  private final PacedDevice gpu =
      new PacedDevice(
          new SimulatedGpu(MODEL, List.of()),
          action -> WORK,
          true,
          clock,
          new BusyTime(true),
          (instruction, start, end) -> seconds.add(end - start));

  @Test
  void timeRatioOfTwoClocksEqualsTheRatioOfTheModel() {
    gpu.beginRound(true, 1, 1410);
    compute(1410);
    gpu.beginRound(false, 1, 1410);
    compute(1410);
    compute(705);
    clock.sleepUntil(clock.seconds() + 0.05);
    compute(705);
    double whole = seconds.get(1);
    double stretched = seconds.get(3);
    assertThat(stretched / whole).isCloseTo(WORK.seconds(705) / WORK.seconds(1410), within(1e-9));
    assertThat(seconds.get(2))
        .as("time of an instruction during which the clock changes")
        .isBetween(0.999 * whole, stretched);
  }

  @Test
  void idleGpuDrawsBlockingPower() {
    gpu.beginRound(true, 1, 1410);
    compute(1410);
    double from = clock.seconds();
    double start = gpu.read().joules();
    clock.sleepUntil(clock.seconds() + 0.1);
    double end = gpu.read().joules();
    assertThat(start).isPositive();
    assertThat(end - start)
        .isGreaterThanOrEqualTo(0.1 * MODEL.power().blockingWatts() * 0.999)
        .isLessThanOrEqualTo((clock.seconds() - from) * MODEL.power().blockingWatts());
  }

  private void compute(int clockMhz) {
    gpu.wantClockMhz(clockMhz);
    gpu.compute(FORWARD, PacedDeviceTest::work);
  }

  private static double work() {
    double sum = 0;
    for (int i = 1; i < 3_000_000; i++) {
      sum += 1.0 / i;
    }
    return sum;
  }
}
