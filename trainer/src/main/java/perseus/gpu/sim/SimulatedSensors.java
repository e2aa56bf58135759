package perseus.gpu.sim;

import java.util.SplittableRandom;
import perseus.gpu.GpuState;
import perseus.gpu.PowerSample;
import perseus.gpu.SensorSink;

/**
 * Simulates the sensors of a GPU: power samples, the cumulative energy counter, temperature and SM
 * clock. The readings have the same form as those of a program that repeatedly reads the sensors of
 * a real GPU.
 *
 * <p>A power sample is the output y of a low-pass filter on the power P: dy/dt = (P - y) / time
 * constant. The times of the power samples vary randomly around a regular grid. The energy counter
 * is the sum of all power samples, each multiplied by the time since the previous sample. The
 * energy counter changes after every few power samples, with a lag, and is rounded to whole
 * millijoules. The parameters of the simulated sensors are in {@link SensorModel}.
 */
public final class SimulatedSensors implements PowerSink {
  private static final double STATE_PERIOD_SECONDS = 0.5;

  private final SensorModel model;
  private final SplittableRandom random;
  private final long clockZeroMicros;
  private final SensorSink sink;
  private final double firstSampleSeconds;
  private final double startJoules;
  private double drawnJoules;
  private double sampledDrawnJoules;
  private double lowPassWatts = Double.NaN;
  private double sumJoules;
  private long samples;
  private double lastSampleSeconds;
  private double nextSampleSeconds;
  private double nextStateSeconds;
  private long millijoules;
  private double nextGaussian = Double.NaN;

  /**
   * Creates the sensors of a GPU, and logs the value of the energy counter at time 0.
   *
   * @param seed seed of the random numbers that determine the errors and times of readings and the
   *     first value of the energy counter
   * @param clockZeroMicros Unix time in microseconds at which the virtual clock is 0
   * @param sink object that receives the readings of the sensors
   */
  public SimulatedSensors(SensorModel model, long seed, long clockZeroMicros, SensorSink sink) {
    this.model = model;
    this.random = new SplittableRandom(seed);
    this.clockZeroMicros = clockZeroMicros;
    this.sink = sink;
    this.startJoules = 1_000 + random.nextInt(900_000);
    this.millijoules = Math.round(startJoules * 1e3);
    this.firstSampleSeconds = (0.5 + random.nextDouble()) * model.samplePeriodSeconds();
    this.nextSampleSeconds = firstSampleSeconds;
    sink.energy(0, millijoules);
  }

  @Override
  public void draw(double startSeconds, double endSeconds, double watts, GpuState state) {
    if (Double.isNaN(lowPassWatts)) {
      lowPassWatts = watts;
    }
    double from = startSeconds;
    while (nextSampleSeconds < endSeconds) {
      double to = Math.max(from, nextSampleSeconds);
      pass(to - from, watts);
      from = to;
      sample();
    }
    pass(endSeconds - from, watts);
    while (nextStateSeconds < endSeconds) {
      sink.state(nextStateSeconds, state);
      nextStateSeconds += STATE_PERIOD_SECONDS + random.nextDouble() * model.pollSeconds();
    }
  }

  private void pass(double seconds, double watts) {
    drawnJoules += seconds * watts;
    if (model.lowPassSeconds() > 0) {
      lowPassWatts = watts + (lowPassWatts - watts) * Math.exp(-seconds / model.lowPassSeconds());
    }
  }

  private void sample() {
    double time = nextSampleSeconds;
    double seconds = time - lastSampleSeconds;
    double shown =
        model.lowPassSeconds() > 0 ? lowPassWatts : (drawnJoules - sampledDrawnJoules) / seconds;
    // The driver rounds power samples to whole milliwatts.
    double watts = Math.max(0, Math.round(1e3 * (shown + model.noiseWatts() * gaussian())) / 1e3);
    sink.power(new PowerSample(clockZeroMicros + Math.round(time * 1e6), watts));
    sumJoules += watts * seconds;
    sampledDrawnJoules = drawnJoules;
    lastSampleSeconds = time;
    samples++;
    if (samples % model.samplesPerUpdate() == 0) {
      update(time + model.updateDelaySeconds());
    }
    double jitter = model.sampleJitterSeconds() * Math.max(-4, Math.min(4, gaussian()));
    nextSampleSeconds =
        Math.max(
            time + 0.1 * model.samplePeriodSeconds(),
            firstSampleSeconds + samples * model.samplePeriodSeconds() + jitter);
  }

  private void update(double time) {
    long value = Math.round((startJoules + sumJoules) * 1e3);
    if (value > millijoules) {
      millijoules = value;
      sink.energy(time + random.nextDouble() * model.pollSeconds(), value);
    }
  }

  /**
   * Returns a normally distributed random number with mean 0 and standard deviation 1, computed by
   * Marsaglia's polar method.
   */
  private double gaussian() {
    if (!Double.isNaN(nextGaussian)) {
      double kept = nextGaussian;
      nextGaussian = Double.NaN;
      return kept;
    }
    while (true) {
      double x = 2 * random.nextDouble() - 1;
      double y = 2 * random.nextDouble() - 1;
      double s = x * x + y * y;
      if (s < 1 && s > 0) {
        double scale = Math.sqrt(-2 * Math.log(s) / s);
        nextGaussian = y * scale;
        return x * scale;
      }
    }
  }
}
