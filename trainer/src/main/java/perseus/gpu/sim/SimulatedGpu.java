package perseus.gpu.sim;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import perseus.gpu.Gpu;

/**
 * A GPU on a virtual clock. It has a time of its own, which running and blocking advance; all that
 * it draws goes to the sinks.
 */
public final class SimulatedGpu implements Gpu {
  private final GpuModel model;
  private final List<? extends PowerSink> sinks;
  private double nowSeconds;
  private double joules;
  private boolean powerLimited;

  private int clockMhz;
  private int wantedMhz;
  // A change in progress: only one at a time, as the driver call takes that long.
  private double changeAtSeconds = Double.POSITIVE_INFINITY;
  private int changeToMhz;

  public SimulatedGpu(GpuModel model, List<? extends PowerSink> sinks) {
    this.model = model;
    this.sinks = List.copyOf(sinks);
    this.clockMhz = model.maxClockMhz();
    this.wantedMhz = clockMhz;
  }

  /** This GPU's time in seconds of the virtual clock. */
  public double nowSeconds() {
    return nowSeconds;
  }

  /**
   * Runs {@code work} from now on, at whatever clock is in force; where the clock changes
   * meanwhile, the rest runs at the new one.
   *
   * @param stretch factor on the time at each clock: jitter, start-up
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

  /** Waits for others, or for the host, until {@code untilSeconds}; a time in the past is now. */
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
    if (wantedMhz != clockMhz) {
      changeToMhz = wantedMhz;
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
    wantedMhz = mhz;
    if (changeAtSeconds == Double.POSITIVE_INFINITY && wantedMhz != clockMhz) {
      changeToMhz = wantedMhz;
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

  /** The energy drawn so far: exact, and up to date at any time, unlike a counter's. */
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
