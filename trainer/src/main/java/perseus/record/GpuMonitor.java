package perseus.record;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleSupplier;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuInfo.EnergySource;
import perseus.gpu.GpuState;
import perseus.gpu.PowerSample;
import perseus.gpu.SensorSink;

/**
 * Reads the sensors of one real GPU in a separate thread, and passes the readings to a {@link
 * SensorSink}.
 *
 * <p>The monitor's thread reads the energy counter as often as the driver allows, with a pause of
 * 0.5 ms after each reading. Frequent readings of the energy counter show precisely when the
 * counter changes. The monitor's thread fetches the driver's power samples once a second. The
 * monitor's thread reads the temperature and the SM clock of the GPU twice a second. If the GPU has
 * no energy counter, the energy is the integral of the power samples over time. A sensor that the
 * driver does not support is not read.
 *
 * <p>All public methods are thread-safe.
 */
public final class GpuMonitor implements AutoCloseable {
  private static final long COUNTER_PAUSE_NANOS = 500_000;
  private static final double SAMPLES_PERIOD_SECONDS = 1;

  /** Time in seconds between two fetches of power samples from a GPU without an energy counter. */
  private static final double SAMPLES_ALONE_PERIOD_SECONDS = 0.1;

  private static final double STATE_PERIOD_SECONDS = 0.5;

  /**
   * If the measured energy does not change for this time in seconds, the sensor does not work. A
   * GPU always draws power, so the energy must grow.
   */
  private static final double STUCK_SECONDS = 10;

  /**
   * If the driver has not answered for 15 seconds ({@link #STUCK_SECONDS} + {@code
   * ANSWER_SECONDS}), {@link #joulesAt} reports an error.
   */
  private static final double ANSWER_SECONDS = 5;

  private final Gpu gpu;
  private final DoubleSupplier clock;
  private final long clockZeroMicros;
  private final SensorSink sink;
  private final double stuckSeconds;
  private final double startSeconds;
  private final EnergyCurve curve;
  private final List<GpuState> states = new ArrayList<>();
  private final Thread thread;
  private volatile boolean closed;
  private volatile GpuException failure;

  // Only the thread that reads the sensors uses the fields from "hasSamples" to "integratedJoules".
  private boolean hasSamples = true;
  private boolean hasStates = true;
  private double nextSamplesSeconds;
  private double nextStateSeconds;
  private PowerSample lastSample;
  private double integratedJoules;

  /**
   * @param clock the clock of the run, which returns seconds
   * @param clockZeroMicros Unix time in microseconds at which {@code clock} is 0
   * @param sink object that receives the readings; the monitor's thread calls it
   */
  public GpuMonitor(Gpu gpu, DoubleSupplier clock, long clockZeroMicros, SensorSink sink) {
    this(gpu, clock, clockZeroMicros, sink, STUCK_SECONDS);
  }

  /**
   * @param stuckSeconds time in seconds after which unchanged measured energy is an error
   */
  GpuMonitor(
      Gpu gpu, DoubleSupplier clock, long clockZeroMicros, SensorSink sink, double stuckSeconds) {
    this.gpu = gpu;
    this.clock = clock;
    this.clockZeroMicros = clockZeroMicros;
    this.sink = sink;
    this.stuckSeconds = stuckSeconds;
    this.startSeconds = clock.getAsDouble();
    this.curve = new EnergyCurve(stuckSeconds + ANSWER_SECONDS);
    this.thread = new Thread(this::run, "reads the sensors of " + gpu.info().uuid());
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (!closed) {
        poll();
      }
      fetchSamples();
    } catch (GpuException e) {
      failure = e;
    } finally {
      curve.end();
    }
  }

  private void poll() {
    double time = clock.getAsDouble();
    if (hasCounter()) {
      counted(time, gpu.energyMillijoules());
    }
    double now = clock.getAsDouble();
    if (hasSamples && now >= nextSamplesSeconds) {
      nextSamplesSeconds =
          now + (hasCounter() ? SAMPLES_PERIOD_SECONDS : SAMPLES_ALONE_PERIOD_SECONDS);
      fetchSamples();
    }
    if (hasStates && now >= nextStateSeconds) {
      nextStateSeconds = now + STATE_PERIOD_SECONDS;
      readState();
    }
    requireChanges(time);
    LockSupport.parkNanos(COUNTER_PAUSE_NANOS);
  }

  private void counted(double time, long millijoules) {
    if (curve.add(time, millijoules / 1e3)) {
      sink.energy(time, millijoules);
    }
  }

  private void requireChanges(double time) {
    if (time - Math.max(startSeconds, curve.lastSeconds()) > stuckSeconds) {
      throw new GpuException(
          GpuException.Reason.OTHER,
          ("The %s of GPU %d (%s) %s not changed for %.0f s, so that no energy can be measured. Run"
                  + " perseus-profile --show-env, and reload the driver if %s still %s not change.")
              .formatted(
                  hasCounter() ? "energy counter" : "power samples",
                  gpu.info().index(),
                  gpu.info().name(),
                  hasCounter() ? "has" : "have",
                  stuckSeconds,
                  hasCounter() ? "the counter" : "they",
                  hasCounter() ? "does" : "do"));
    }
  }

  private boolean hasCounter() {
    return gpu.info().energySource() == EnergySource.COUNTER;
  }

  private void fetchSamples() {
    try {
      for (PowerSample sample :
          gpu.powerSamples(lastSample == null ? 0 : lastSample.epochMicros())) {
        received(sample);
      }
    } catch (GpuException e) {
      requireNotSupported(e);
      hasSamples = false;
    }
  }

  private void received(PowerSample sample) {
    PowerSample previous = lastSample;
    lastSample = sample;
    double time = (sample.epochMicros() - clockZeroMicros) / 1e6;
    if (previous == null || time < 0) {
      // The first power sample is not logged, because the start of its time interval is unknown. A
      // power sample with a negative time was taken before the run.
      return;
    }
    sink.power(sample);
    if (!hasCounter()) {
      integratedJoules += (sample.epochMicros() - previous.epochMicros()) / 1e6 * sample.watts();
      if (curve.add(time, integratedJoules)) {
        sink.energy(time, Math.round(1e3 * integratedJoules));
      }
    }
  }

  private void readState() {
    try {
      double time = clock.getAsDouble();
      GpuState state = gpu.state();
      sink.state(time, state);
      synchronized (states) {
        states.add(state);
      }
    } catch (GpuException e) {
      requireNotSupported(e);
      hasStates = false;
    }
  }

  private static void requireNotSupported(GpuException e) {
    if (e.reason() != GpuException.Reason.NOT_SUPPORTED) {
      throw e;
    }
  }

  /**
   * Returns the cumulative energy of the GPU in joules at a time, interpolated between two changes
   * of the energy counter. The method waits until the energy counter has changed at {@code
   * timeSeconds} or later. If the monitor is closed while the method waits, the method returns the
   * latest energy.
   *
   * @param timeSeconds time in seconds on the clock of the run
   * @throws GpuException if the sensors cannot be read, or if the measured energy does not change
   */
  public double joulesAt(double timeSeconds) {
    double joules = curve.joulesAt(timeSeconds);
    requireAlive();
    if (curve.lastSeconds() < timeSeconds && thread.isAlive()) {
      throw new GpuException(
          GpuException.Reason.OTHER,
          "The driver of GPU %d (%s) has not answered for %.0f s."
              .formatted(gpu.info().index(), gpu.info().name(), stuckSeconds + ANSWER_SECONDS));
    }
    return joules;
  }

  /**
   * Returns the states (temperatures and SM clocks) that were read since the previous call of this
   * method.
   */
  public List<GpuState> takeStates() {
    synchronized (states) {
      List<GpuState> taken = List.copyOf(states);
      states.clear();
      return taken;
    }
  }

  /**
   * Throws an exception if the sensors can no longer be read.
   *
   * @throws GpuException if the sensors can no longer be read
   */
  public void requireAlive() {
    GpuException e = failure;
    if (e != null) {
      throw e;
    }
  }

  /** Fetches the last power samples, and stops the thread that reads the sensors. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
