package perseus.gpu.sim;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import perseus.gpu.Gpu;

/**
 * A simulated GPU with its own virtual clock. Running work and waiting advance the clock, and
 * report the power drawn to the sinks. Not thread-safe.
 */
public final class SimulatedGpu implements Gpu {
  private final GpuModel model;
  private final List<? extends PowerSink> sinks;
  private double nowSeconds;
  private double joules;
  private boolean powerLimited;

  private int clockMhz;
  private int requestedMhz;
  // The clock change in progress. There is at most one, because the driver call takes that long.
  private double changeAtSeconds = Double.POSITIVE_INFINITY;
  private int changeToMhz;

  /** Creates a GPU at time 0 and at its highest clock; {@code sinks} receive its power. */
  public SimulatedGpu(GpuModel model, List<? extends PowerSink> sinks) {
    this.model = model;
    this.sinks = List.copyOf(sinks);
    this.clockMhz = model.maxClockMhz();
    this.requestedMhz = clockMhz;
  }

  /** Time of this GPU's virtual clock in seconds. */
  public double nowSeconds() {
    return nowSeconds;
  }

  /**
   * Runs {@code work}, starting now. When the clock changes meanwhile, the rest of the work runs at
   * the new clock.
   *
   * @param stretch factor on the time at each clock
   */
  public void run(GpuWork work, double stretch) {
    for (int phase = 0; phase < work.phases(); phase++) {
      double left = 1;
      while (left > 0) {
        GpuWork.Execution execution = work.at(clockMhz);
        double whole = execution.seconds()[phase] * stretch;
        double end = nowSeconds + left * whole;
        powerLimited = execution.powerLimited();
        if (end <= changeAtSeconds) {
          draw(end, execution.watts()[phase]);
          left = 0;
        } else {
          left -= (changeAtSeconds - nowSeconds) / whole;
          draw(changeAtSeconds, execution.watts()[phase]);
          change();
        }
      }
    }
  }

  /**
   * Waits for communication or data until {@code untilSeconds}. Does nothing if that time has
   * passed.
   */
  public void block(double untilSeconds) {
    powerLimited = false;
    while (changeAtSeconds < untilSeconds) {
      draw(changeAtSeconds, model.power().blockingWatts());
      change();
    }
    draw(untilSeconds, model.power().blockingWatts());
  }

  private void draw(double untilSeconds, double watts) {
    if (untilSeconds <= nowSeconds) {
      return;
    }
    joules += (untilSeconds - nowSeconds) * watts;
    for (PowerSink sink : sinks) {
      sink.draw(nowSeconds, untilSeconds, watts);
    }
    nowSeconds = untilSeconds;
  }

  private void change() {
    clockMhz = changeToMhz;
    if (requestedMhz != clockMhz) {
      changeToMhz = requestedMhz;
      changeAtSeconds += model.clockChangeSeconds();
    } else {
      changeAtSeconds = Double.POSITIVE_INFINITY;
    }
  }

  @Override
  public void lockClocks(int mhz) {
    if (!model.supports(mhz)) {
      throw new IllegalArgumentException(model.name() + " does not support " + mhz + " MHz.");
    }
    requestedMhz = mhz;
    if (changeAtSeconds == Double.POSITIVE_INFINITY && requestedMhz != clockMhz) {
      changeToMhz = requestedMhz;
      changeAtSeconds = nowSeconds + model.clockChangeSeconds();
    }
  }

  @Override
  public void resetClocks() {
    lockClocks(model.maxClockMhz());
  }

  @Override
  public String name() {
    return model.title();
  }

  @Override
  public List<Integer> supportedClocksMhz() {
    return model.supportedClocksMhz();
  }

  /**
   * The energy drawn so far, in joules. Unlike a real counter it is exact and always up to date.
   */
  @Override
  public double energyJoules() {
    return joules;
  }

  @Override
  public double powerLimitWatts() {
    return model.power().limitWatts();
  }

  @Override
  public Set<ThrottleReason> throttleReasons() {
    return powerLimited
        ? EnumSet.of(ThrottleReason.POWER_LIMIT)
        : EnumSet.noneOf(ThrottleReason.class);
  }

  @Override
  public void close() {
    resetClocks();
  }
}
