package org.example.perseus;

import java.util.List;
import java.util.stream.IntStream;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuInfo;
import perseus.gpu.GpuProvider;
import perseus.gpu.GpuState;
import perseus.gpu.PowerSample;

/**
 * Provides two GPUs that do not exist, to show what a driver must do. Each GPU always draws 100 W,
 * and forgets every clock that is set.
 */
public final class ConstantGpus implements GpuProvider {
  private static final int WATTS = 100;
  private static final int CLOCK_MHZ = 1000;

  @Override
  public String scheme() {
    return "constant";
  }

  @Override
  public List<Gpu> openAll() {
    return IntStream.range(0, 2).<Gpu>mapToObj(ConstantGpu::new).toList();
  }

  @Override
  public List<Gpu> openVisible() {
    return openAll();
  }

  private record ConstantGpu(int index) implements Gpu {
    @Override
    public GpuInfo info() {
      return new GpuInfo(
          index,
          "constant-" + index,
          "00000000:0%d:00.0".formatted(index),
          "Example GPU (simulated, always 100 W)",
          "1",
          List.of(CLOCK_MHZ),
          null,
          GpuInfo.EnergySource.COUNTER,
          0);
    }

    @Override
    public long energyMillijoules() {
      return System.nanoTime() / 1_000_000 * WATTS;
    }

    @Override
    public List<PowerSample> powerSamples(long afterMicros) {
      throw new GpuException(
          GpuException.Reason.NOT_SUPPORTED, "The example GPU has no power samples.");
    }

    @Override
    public GpuState state() {
      return new GpuState(40, CLOCK_MHZ, 0);
    }

    @Override
    public long freeMemoryBytes() {
      return 1L << 34;
    }

    @Override
    public void lockClocks(int clockMhz) {
      // There is no clock to lock.
    }

    @Override
    public void resetClocks() {
      // There is no clock to reset.
    }

    @Override
    public void setPowerLimit(double watts) {
      // There is no power limit to set.
    }

    @Override
    public void resetPowerLimit() {
      // There is no power limit to reset.
    }

    @Override
    public void close() {
      // There is nothing to release.
    }
  }
}
