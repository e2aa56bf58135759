package perseus.gpu.sim;

import java.util.List;
import perseus.gpu.GpuState;

/**
 * Simulates one GPU on its own virtual clock.
 *
 * <p>The virtual clock of a simulated GPU advances when the GPU runs work or waits. The simulated
 * GPU reports its power over time to {@link PowerSink} objects, such as {@link SimulatedSensors}.
 * The power depends on the temperature, and the temperature depends on the power. The class {@code
 * SimulatedGpu} is not thread-safe.
 */
public final class SimulatedGpu {
  /** Longest interval in seconds for which the temperature and the power count as constant. */
  private static final double MAX_INTERVAL_SECONDS = 1;

  /** Bit in NVML's event reasons which says that the software power cap lowers the clock. */
  private static final long POWER_CAP = 4;

  private final GpuModel model;
  private final List<? extends PowerSink> sinks;
  private double nowSeconds;
  private double joules;
  private double celsius;

  private int clockMhz;
  private int requestedMhz;
  // The field "changeAtSeconds" is the time in seconds of the next change of the GPU's clock, and
  // "changeToMhz" is the new clock in MHz. At most one change of the clock is in progress at a
  // time. If a clock is requested during a change of the clock, a second change starts when the
  // first change has ended.
  private double changeAtSeconds = Double.POSITIVE_INFINITY;
  private int changeToMhz;

  /**
   * Creates a simulated GPU that runs at its highest clock at the time 0 of its virtual clock. At
   * first, the GPU has the temperature that it reaches while it waits for a long time.
   *
   * @param sinks objects that receive the power of the GPU over time
   */
  public SimulatedGpu(GpuModel model, List<? extends PowerSink> sinks) {
    this.model = model;
    this.sinks = List.copyOf(sinks);
    this.clockMhz = model.maxClockMhz();
    this.requestedMhz = clockMhz;
    this.celsius = model.thermal().steadyCelsius(model.power().blockingWatts());
  }

  /** Returns the time of the simulated GPU's virtual clock in seconds. */
  public double nowSeconds() {
    return nowSeconds;
  }

  /**
   * Runs {@code work}, starting at the present time of the virtual clock. If the clock of the GPU
   * changes while {@code work} runs, the rest of {@code work} runs at the new clock.
   *
   * @param stretch factor by which the time of {@code work} is multiplied at every clock of the GPU
   */
  public void run(GpuWork work, double stretch) {
    for (int phase = 0; phase < work.phases(); phase++) {
      double left = 1;
      while (left > 0) {
        GpuWork.Execution execution = work.at(clockMhz, roundedCelsius());
        double whole = execution.seconds()[phase] * stretch;
        double end = nowSeconds + left * whole;
        double until = Math.min(end, Math.min(changeAtSeconds, nowSeconds + MAX_INTERVAL_SECONDS));
        left = until == end ? 0 : left - (until - nowSeconds) / whole;
        draw(until, execution.watts()[phase], execution.clocksMhz()[phase]);
        if (left > 0) {
          changeIfDue();
        }
      }
    }
  }

  /**
   * Lets the GPU wait for communication or data until the time {@code untilSeconds} of its virtual
   * clock. If the virtual clock has already passed {@code untilSeconds}, the method {@code block}
   * has no effect.
   */
  public void block(double untilSeconds) {
    while (nowSeconds < untilSeconds) {
      double watts = model.power().blockingWatts() * model.thermal().powerFactor(roundedCelsius());
      double end = Math.min(changeAtSeconds, nowSeconds + MAX_INTERVAL_SECONDS);
      draw(Math.min(untilSeconds, end), watts, clockMhz);
      if (nowSeconds < untilSeconds) {
        changeIfDue();
      }
    }
  }

  private int roundedCelsius() {
    return (int) Math.round(celsius);
  }

  private void draw(double untilSeconds, double watts, double clockInForceMhz) {
    double seconds = untilSeconds - nowSeconds;
    if (seconds <= 0) {
      return;
    }
    joules += seconds * watts;
    GpuState state = state(clockInForceMhz);
    for (PowerSink sink : sinks) {
      sink.draw(nowSeconds, untilSeconds, watts, state);
    }
    celsius = model.thermal().after(celsius, seconds, watts);
    nowSeconds = untilSeconds;
  }

  /**
   * Returns the temperature and the clock that a driver would report. The reported clock is rounded
   * to a supported clock.
   */
  private GpuState state(double clockInForceMhz) {
    long steps = Math.round((clockMhz - clockInForceMhz) / model.clockStepMhz());
    return new GpuState(
        roundedCelsius(),
        (int) (clockMhz - steps * model.clockStepMhz()),
        clockInForceMhz < clockMhz ? POWER_CAP : 0);
  }

  private void changeIfDue() {
    if (nowSeconds < changeAtSeconds) {
      return;
    }
    clockMhz = changeToMhz;
    if (requestedMhz != clockMhz) {
      changeToMhz = requestedMhz;
      changeAtSeconds += model.clockChangeSeconds();
    } else {
      changeAtSeconds = Double.POSITIVE_INFINITY;
    }
  }

  /**
   * Requests a clock. The clock of the GPU changes some milliseconds after the request. Work
   * continues to run while the clock of the GPU changes.
   *
   * @param mhz requested clock in MHz
   * @throws IllegalArgumentException if the GPU model does not support the requested clock
   */
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

  public GpuModel model() {
    return model;
  }

  /**
   * Returns the energy in joules that the simulated GPU has used. The energy of a simulated GPU has
   * no error and no lag, unlike the energy counter of a real GPU.
   */
  public double energyJoules() {
    return joules;
  }
}
