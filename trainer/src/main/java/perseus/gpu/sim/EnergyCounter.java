package perseus.gpu.sim;

import java.util.SplittableRandom;
import perseus.gpu.SensorSink;

/**
 * Simulates the cumulative energy counter of a GPU, and logs the updates of the counter like a
 * program that polls (repeatedly reads) a real counter.
 *
 * <p>The time between two updates of the counter varies randomly around a constant mean. The
 * counter has a constant lag: for example, with a lag of 20 ms, each update shows the energy that
 * the GPU has used until 20 ms before the update. The energy that the counter shows is rounded to
 * whole millijoules and has a random error. An update that would not increase the counter is not
 * logged. The logged time of an update is later than the update by at most the time between two
 * polls (reads) of the counter. {@link CounterModel} holds the parameters of the counter.
 */
public final class EnergyCounter implements PowerSink {
  private final CounterModel model;
  private final SplittableRandom random;
  private final SensorSink sink;
  private double drawnJoules;
  private double nextUpdateSeconds;
  private double nextGaussian = Double.NaN;
  private long millijoules;
  private final double startJoules;

  /**
   * Creates an energy counter and logs the value of the counter at time 0.
   *
   * @param model parameters of the energy counter
   * @param seed seed of the counter's random numbers: the errors of readings, the times of updates,
   *     and the first value of the counter
   * @param sink object that receives the updates of the counter
   */
  public EnergyCounter(CounterModel model, long seed, SensorSink sink) {
    this.model = model;
    this.random = new SplittableRandom(seed);
    this.sink = sink;
    this.startJoules = 1_000 + random.nextInt(900_000);
    this.millijoules = Math.round(startJoules * 1e3);
    this.nextUpdateSeconds = random.nextDouble() * model.periodSeconds();
    sink.energy(0, millijoules);
  }

  @Override
  public void draw(double startSeconds, double endSeconds, double watts) {
    double from = startSeconds;
    while (nextUpdateSeconds - model.lagSeconds() < endSeconds) {
      double shown = Math.max(from, nextUpdateSeconds - model.lagSeconds());
      drawnJoules += (shown - from) * watts;
      from = shown;
      update();
    }
    drawnJoules += (endSeconds - from) * watts;
  }

  private void update() {
    double reading = startJoules + drawnJoules + model.noiseJoules() * gaussian();
    long value = Math.round(reading * 1e3);
    if (value > millijoules) {
      millijoules = value;
      sink.energy(nextUpdateSeconds + random.nextDouble() * model.pollSeconds(), value);
    }
    double jitter = model.periodJitterSeconds() * Math.max(-4, Math.min(4, gaussian()));
    nextUpdateSeconds += model.periodSeconds() + jitter;
  }

  /**
   * Returns a normally distributed random number with mean 0 and standard deviation 1. Marsaglia's
   * polar method computes two normally distributed random numbers at a time. The method {@code
   * gaussian} returns the first of the two random numbers and stores the second number for the next
   * call.
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
