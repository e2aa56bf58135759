package perseus.gpu.sim;

import java.util.SplittableRandom;

/**
 * A simulated cumulative energy counter like NVML's, with a poller that logs each update.
 *
 * <p>The counter is updated once per period. An update shows, in whole millijoules, the energy
 * drawn until a fixed lag earlier, plus an error that does not accumulate. The poller logs a time
 * that is up to one polling interval after the update.
 */
public final class EnergyCounter implements PowerSink {
  private final CounterModel model;
  private final SplittableRandom random;
  private final Rows rows;
  private double drawnJoules;
  private double nextUpdateSeconds;
  private double nextGaussian = Double.NaN;
  private long millijoules;
  private final double startJoules;

  /** Receives the rows that the poller logs. */
  @FunctionalInterface
  public interface Rows {
    /**
     * Receives one row.
     *
     * @param timeSeconds time on the virtual clock, in seconds
     * @param millijoules value of the counter
     */
    void row(double timeSeconds, long millijoules);
  }

  /**
   * Creates a counter and logs its value at time 0.
   *
   * @param seed seed of the errors, the jitter and the starting value
   * @param rows receives the logged rows
   */
  public EnergyCounter(CounterModel model, long seed, Rows rows) {
    this.model = model;
    this.random = new SplittableRandom(seed);
    this.rows = rows;
    this.startJoules = 1_000 + random.nextInt(900_000);
    this.millijoules = Math.round(startJoules * 1e3);
    this.nextUpdateSeconds = random.nextDouble() * model.periodSeconds();
    rows.row(0, millijoules);
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
      rows.row(nextUpdateSeconds + random.nextDouble() * model.pollSeconds(), value);
    }
    double jitter = model.periodJitterSeconds() * Math.max(-4, Math.min(4, gaussian()));
    nextUpdateSeconds += model.periodSeconds() + jitter;
  }

  /**
   * A normally distributed number, by Marsaglia's polar method. The method computes pairs; the
   * second number of a pair is kept for the next call.
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
