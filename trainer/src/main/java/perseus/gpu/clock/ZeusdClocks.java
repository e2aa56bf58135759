package perseus.gpu.clock;

import java.util.Map;
import perseus.gpu.GpuException;
import perseus.gpu.GpuException.Reason;
import perseus.gpu.GpuInfo;

/**
 * Sets the clocks and the power limit of one GPU through Zeus's daemon.
 *
 * @param number index of the GPU in Zeus's daemon
 * @param byQuery whether Zeus's daemon reads query parameters, as its versions since 0.3.0 do
 */
record ZeusdClocks(ZeusdDaemon daemon, GpuInfo info, int number, boolean byQuery)
    implements ClockSetter {

  @Override
  public void lockClocks(int clockMhz) {
    daemon.set(
        "set_gpu_locked_clocks",
        number,
        byQuery,
        Map.of("min_clock_mhz", clockMhz, "max_clock_mhz", clockMhz));
  }

  @Override
  public void resetClocks() {
    daemon.set("reset_gpu_locked_clocks", number, byQuery, Map.of());
  }

  @Override
  public void setPowerLimit(double watts) {
    int milliwatts = Math.toIntExact(Math.round(watts * 1_000));
    daemon.set("set_power_limit", number, byQuery, Map.of("power_limit_mw", milliwatts));
  }

  /**
   * Sets the default power limit that the driver reports, because Zeus's daemon has no call that
   * resets a power limit.
   */
  @Override
  public void resetPowerLimit() {
    if (info.powerLimits() == null) {
      throw new GpuException(
          Reason.NOT_SUPPORTED,
          "The power limit of GPU %s cannot be reset, because the driver does not report its default power limit."
              .formatted(info.uuid()));
    }
    setPowerLimit(info.powerLimits().defaultWatts());
  }
}
