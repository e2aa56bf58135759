package perseus.rank.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import perseus.engine.StageProgram.Action;
import perseus.engine.StageProgram.Kind;
import perseus.engine.StageProgram.Piece;
import perseus.gpu.ClocksInForce;
import perseus.gpu.FakeGpu;
import perseus.gpu.GpuInfo.EnergySource;
import perseus.record.GpuMonitor;

class MeasuredDeviceTest {
  private static final double WATTS = 200;

  private final WallClock clock = new WallClock();
  private final List<String> executed = new ArrayList<>();
  private final List<Double> seconds = new ArrayList<>();

  private MeasuredDevice device() {
    long zeroMicros = clock.zeroTicks() / 10;
    FakeGpu gpu =
        new FakeGpu(() -> zeroMicros / 1e6 + clock.seconds(), WATTS, EnergySource.COUNTER);
    GpuMonitor monitor = new GpuMonitor(gpu, clock::seconds, zeroMicros, (time, millijoules) -> {});
    return new MeasuredDevice(
        monitor,
        RankClocks.NONE,
        clock,
        (instruction, start, end) -> {
          executed.add(instruction.logName());
          seconds.add(end - start);
        });
  }

  @Test
  void instructionTakesAsLongAsItsComputation() {
    try (MeasuredDevice device = device()) {
      device.compute(
          new Action(Kind.FORWARD, new Piece(0, 0), null),
          () -> clock.sleepUntil(clock.seconds() + 0.05));
      device.compute(new Action(Kind.PURE_BACKWARD, new Piece(1, 0), null), () -> {});
    }
    assertThat(executed).containsExactly("forward_microstep", "backward_1");
    assertThat(seconds.get(0)).isGreaterThanOrEqualTo(0.05);
  }

  @Test
  void energyOfAnIterationIsTheRiseOfTheCounter() {
    try (MeasuredDevice device = device()) {
      device.settle();
      Device.Reading start = device.read();
      clock.sleepUntil(clock.seconds() + 0.4);
      Device.Reading end = device.read();
      double expected = WATTS * (end.seconds() - start.seconds());
      assertThat(end.joules() - start.joules()).isCloseTo(expected, within(2 * 0.02 * WATTS));
    }
  }

  @Test
  void roundWithoutRequestedClocksReportsOnlyTheClockInForce() {
    try (MeasuredDevice device = device()) {
      device.settle();
      ClocksInForce clocks = device.report().clocks();
      assertThat(clocks.meanMhz()).isEqualTo(1500);
      assertThat(clocks.heldShare()).isNaN();
      assertThat(clocks.switchSeconds()).isNaN();
    }
  }
}
