package perseus.gpu.clock.lease;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Lets the calling thread sleep. */
public final class Pause {
  private Pause() {}

  /**
   * Sleeps for the whole duration, even if the thread is interrupted. An interrupt must not shorten
   * a pause between two attempts to reset GPUs.
   */
  public static void of(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    boolean interrupted = false;
    for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
      try {
        TimeUnit.NANOSECONDS.sleep(left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
