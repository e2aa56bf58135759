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
 * Reads the sensors of one real GPU in a separate thread, and passes the readings to a sink.
 *
 * <p>The thread reads the energy counter as often as the driver allows, but pauses for 0.5 ms after
 * each reading. Frequent readings are needed to know the time at which the counter changes: it lies
 * between two readings. The thread fetches the driver's power samples once a second. It reads the
 * state of the GPU (temperature and SM clock) twice a second. If the GPU has no energy counter, the
 * energy is the integral of the power samples over time. If the driver does not support power
 * samples, the sink receives no power samples. If the driver does not support reading the state,
 * the sink receives no states.
 *
 * <p>All public methods may be called by any thread.
 */
public final class GpuMonitor implements AutoCloseable {
  private static final long COUNTER_PAUSE_NANOS = 500_000;
  private static final double SAMPLES_PERIOD_SECONDS = 1;

  /**
   * Time between two fetches of power samples from a GPU without an energy counter. This time is
   * shorter than for a GPU with an energy counter, because the energy is then computed from the
   * power samples.
   */
  private static final double SAMPLES_ALONE_PERIOD_SECONDS = 0.1;

  private static final double STATE_PERIOD_SECONDS = 0.5;

  /**
   * If the measured energy has not changed for {@code STUCK_SECONDS} seconds, the sensor does not
   * work, because a GPU always draws power.
   */
  private static final double STUCK_SECONDS = 10;

  /**
   * A driver that does not answer counts as lost after {@link #STUCK_SECONDS} plus {@code
   * ANSWER_SECONDS} seconds.
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

  // Only the monitor's thread uses the next fields.
  private boolean hasSamples = true;
  private boolean hasStates = true;
  private double nextSamplesSeconds;
  private double nextStateSeconds;
  private PowerSample lastSample;
  private double integratedJoules;

  /**
   * Starts the monitor of a GPU.
   *
   * @param clock the engine's clock, which returns seconds
   * @param clockZeroMicros Unix time in microseconds at which the engine's clock is 0
   * @param sink object that receives the readings; the monitor's thread calls it
   */
  public GpuMonitor(Gpu gpu, DoubleSupplier clock, long clockZeroMicros, SensorSink sink) {
    this(gpu, clock, clockZeroMicros, sink, STUCK_SECONDS);
  }

  /**
   * Starts the monitor of a GPU.
   *
   * @param stuckSeconds if the measured energy does not change for this time in seconds, the
   *     monitor fails
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
      // The first sample is only used as the start of the time interval of the second sample. A
      // sample with a negative time was taken before the run.
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
   * of the energy counter. The method waits until the counter has changed at or after this time. If
   * the monitor is closed during the wait, the method returns the latest energy.
   *
   * @param timeSeconds time in seconds on the engine's clock
   * @throws GpuException if the sensors cannot be read any more, or if the measured energy does not
   *     change
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
   * Checks that the monitor has not failed.
   *
   * @throws GpuException if the sensors cannot be read any more
   */
  public void requireAlive() {
    GpuException e = failure;
    if (e != null) {
      throw e;
    }
  }

  /**
   * Fetches the last power samples and stops reading the sensors. After this call, the sink
   * receives no readings.
   */
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
