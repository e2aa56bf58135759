package perseus.gpu.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuInfo;
import perseus.gpu.GpuState;
import perseus.gpu.PowerSample;

class SwitchingTimesTest {
  /**
   * Simulates a GPU whose clock changes only after its state has been read three times since the
   * request.
   */
  private static final class SlowGpu implements Gpu {
    final List<Integer> locked = Collections.synchronizedList(new ArrayList<>());
    private final List<Integer> clocks;
    private final int capMhz;
    private int mhz;
    private int wanted;
    private int reads;
    volatile boolean lost;

    SlowGpu(List<Integer> clocks, int capMhz) {
      this.clocks = clocks;
      this.capMhz = capMhz;
    }

    @Override
    public GpuInfo info() {
      return new GpuInfo(0, "GPU-1", "", "", "", clocks, null, GpuInfo.EnergySource.COUNTER, 90);
    }

    @Override
    public synchronized void lockClocks(int clockMhz) {
      locked.add(clockMhz);
      wanted = Math.min(clockMhz, capMhz);
      reads = 0;
    }

    @Override
    public synchronized GpuState state() {
      if (lost) {
        throw new GpuException(GpuException.Reason.GPU_LOST, "The GPU is lost.");
      }
      if (++reads > 3) {
        // A real driver often reports a clock that differs from the requested clock by one step.
        mhz = wanted - 5;
      }
      return new GpuState(40, mhz, 0);
    }

    @Override
    public long energyMillijoules() {
      return 0;
    }

    @Override
    public List<PowerSample> powerSamples(long afterMicros) {
      return List.of();
    }

    @Override
    public long freeMemoryBytes() {
      return 0;
    }

    @Override
    public void resetClocks() {
      throw new AssertionError();
    }

    @Override
    public void setPowerLimit(double watts) {
      throw new AssertionError();
    }

    @Override
    public void resetPowerLimit() {
      throw new AssertionError();
    }

    @Override
    public void close() {
      // There is nothing to release.
    }
  }

  private static List<Integer> clocks(int highest, int count) {
    return IntStream.range(0, count).mapToObj(i -> highest - 15 * i).toList();
  }

  private static SwitchingTimes.Result measure(SlowGpu gpu) throws Exception {
    try (ClockThread thread = new ClockThread(new DriverSetters().of(gpu), text -> {});
        SwitchingTimes times = SwitchingTimes.start(gpu, thread)) {
      ChildJvm.await("measurement", times::isFinished);
      return times.result();
    }
  }

  @Test
  void changesInBothDirectionsAreMeasured() throws Exception {
    SlowGpu gpu = new SlowGpu(clocks(1980, 110), 1980);
    SwitchingTimes.Result result = measure(gpu);
    assertThat(result.seconds()).hasSize(12).allMatch(seconds -> seconds > 0 && seconds < 0.5);
    assertThat(result.neverInForce()).isZero();
    assertThat(gpu.locked).startsWith(1980, 1560, 1980, 1155, 1980, 750, 1980).hasSize(13);
    assertThat(result.medianSeconds().getAsDouble())
        .isLessThanOrEqualTo(result.maxSeconds().getAsDouble());
  }

  @Test
  void changesThatNeverComeIntoForceAreCountedButNotMeasured() throws Exception {
    SwitchingTimes.Result result = measure(new SlowGpu(List.of(1980, 990), 1700));
    assertThat(result.seconds()).hasSize(2);
    assertThat(result.neverInForce()).isEqualTo(2);
    assertThat(result.describe()).contains("2 of 4");
  }

  @Test
  void gpuWithTwoClocksIsMeasuredAndWithOneNot() throws Exception {
    assertThat(measure(new SlowGpu(List.of(1980, 990), 1980)).seconds()).hasSize(4);
    SlowGpu gpu = new SlowGpu(List.of(1980), 1980);
    assertThat(measure(gpu).seconds()).isEmpty();
    assertThat(gpu.locked).isEmpty();
  }

  @Test
  void measurementCanBeEndedEarly() {
    SlowGpu gpu = new SlowGpu(clocks(1980, 110), 100);
    try (ClockThread thread = new ClockThread(new DriverSetters().of(gpu), text -> {})) {
      SwitchingTimes.Result result = SwitchingTimes.start(gpu, thread).result();
      assertThat(result.seconds()).isEmpty();
      assertThat(result.describe()).isNotBlank();
    }
  }

  @Test
  void lostGpuFailsTheMeasurement() throws Exception {
    SlowGpu gpu = new SlowGpu(clocks(1980, 110), 1980);
    gpu.lost = true;
    assertThatThrownBy(() -> measure(gpu)).isInstanceOf(GpuException.class);
  }

  @Test
  void medianOfAnEvenNumberIsTheMeanOfTheMiddleTwo() {
    SwitchingTimes.Result result = new SwitchingTimes.Result(List.of(0.4, 0.1, 0.2, 0.3), 0);
    assertThat(result.medianSeconds().getAsDouble()).isCloseTo(0.25, within(1e-12));
    assertThat(result.maxSeconds()).hasValue(0.4);
  }
}
