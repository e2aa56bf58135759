package perseus.gpu.sim;

import java.util.SplittableRandom;

/**
 * A simulated cumulative energy counter like NVML's, and the poller that writes a row when it has
 * changed. The counter changes every period; a change shows the energy drawn up to a lag earlier,
 * with a noise that does not accumulate, in whole millijoules. The poller's time is read before the
 * value, and up to one poll after the change.
 */
public final class EnergyCounter implements PowerSink {
  private final CounterModel model;
  private final SplittableRandom random;
  private final Rows rows;
  private double drawnJoules;
  private double nextChangeSeconds;
  private double nextGaussian = Double.NaN;
  private long millijoules;
  private final double startJoules;

  /** Takes the poller's rows. */
  @FunctionalInterface
  public interface Rows {
    /**
     * @param timeSeconds on the virtual clock
     * @param millijoules the counter
     */
    void row(double timeSeconds, long millijoules);
  }

  /**
   * @param seed different seeds give other noise and another starting value
   * @param rows where the poller's rows go; the first one is the counter's value at time 0
   */
  public EnergyCounter(CounterModel model, long seed, Rows rows) {
    this.model = model;
    this.random = new SplittableRandom(seed);
    this.rows = rows;
    this.startJoules = 1_000 + random.nextInt(900_000);
    this.millijoules = Math.round(startJoules * 1e3);
    this.nextChangeSeconds = random.nextDouble() * model.periodSeconds();
    rows.row(0, millijoules);
  }

  @Override
  public void draw(double startSeconds, double endSeconds, double watts) {
    double from = startSeconds;
    while (nextChangeSeconds - model.lagSeconds() < endSeconds) {
      double seen = Math.max(from, nextChangeSeconds - model.lagSeconds());
      drawnJoules += (seen - from) * watts;
      from = seen;
      change();
    }
    drawnJoules += (endSeconds - from) * watts;
  }

  private void change() {
    double reading = startJoules + drawnJoules + model.noiseJoules() * gaussian();
    long value = Math.round(reading * 1e3);
    if (value > millijoules) {
      millijoules = value;
      rows.row(nextChangeSeconds + random.nextDouble() * model.pollSeconds(), value);
    }
    double jitter = model.periodJitterSeconds() * Math.max(-4, Math.min(4, gaussian()));
    nextChangeSeconds += model.periodSeconds() + jitter;
  }

  /** The counter's present value in joules. */
  public double joules() {
    return millijoules / 1e3;
  }

  /** Marsaglia's polar method; the second of each pair is kept. */
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
