package perseus.record;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Stores each change of a GPU's energy counter: the time of the change and the energy since the
 * first reading. Between two changes of the energy counter, the energy is interpolated linearly.
 * Several threads may use an instance.
 */
final class EnergyCurve {
  private final long maxWaitNanos;
  private double[] seconds = new double[256];
  private double[] joules = new double[256];
  private int size;
  private double readJoules = Double.NaN;
  private boolean ended;

  /**
   * @param maxWaitSeconds maximum time in seconds that {@link #joulesAt} waits for a change of the
   *     energy counter
   */
  EnergyCurve(double maxWaitSeconds) {
    this.maxWaitNanos = (long) (maxWaitSeconds * TimeUnit.SECONDS.toNanos(1));
  }

  /**
   * Adds a reading of the energy counter in joules. A counter that decreases shows that the driver
   * was reloaded. The energy between the readings before and after a reload of the driver is
   * unknown and counts as 0.
   *
   * @return true if the counter has changed since the previous reading
   */
  synchronized boolean add(double timeSeconds, double counterJoules) {
    if (counterJoules == readJoules) {
      return false;
    }
    double added = size == 0 ? 0 : Math.max(0, counterJoules - readJoules);
    if (size == seconds.length) {
      seconds = Arrays.copyOf(seconds, 2 * size);
      joules = Arrays.copyOf(joules, 2 * size);
    }
    seconds[size] = timeSeconds;
    joules[size] = (size == 0 ? 0 : joules[size - 1]) + added;
    size++;
    readJoules = counterJoules;
    notifyAll();
    return true;
  }

  /**
   * Returns the time in seconds of the latest change of the energy counter; minus infinity before
   * the first reading.
   */
  synchronized double lastSeconds() {
    return size == 0 ? Double.NEGATIVE_INFINITY : seconds[size - 1];
  }

  /**
   * Makes all threads that wait in {@link #joulesAt} return. After the call of {@code end}, the
   * caller must add no readings of the energy counter.
   */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /**
   * Returns the energy in joules that the GPU has used from the first reading of the counter until
   * {@code timeSeconds}. The method waits until the counter has changed at {@code timeSeconds} or
   * later. If the counter does not change during the maximum wait, the method returns the latest
   * energy.
   */
  synchronized double joulesAt(double timeSeconds) {
    long deadline = System.nanoTime() + maxWaitNanos;
    try {
      long left = maxWaitNanos;
      while (!ended && lastSeconds() < timeSeconds && left > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
        left = deadline - System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (size == 0) {
      return 0;
    }
    int at = Arrays.binarySearch(seconds, 0, size, timeSeconds);
    if (at >= 0) {
      return joules[at];
    }
    int next = -at - 1;
    if (next == 0) {
      return joules[0];
    }
    if (next == size) {
      return joules[size - 1];
    }
    double share = (timeSeconds - seconds[next - 1]) / (seconds[next] - seconds[next - 1]);
    return joules[next - 1] + share * (joules[next] - joules[next - 1]);
  }
}
