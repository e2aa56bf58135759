package perseus.gpu.nvml;

import java.util.concurrent.TimeUnit;
import perseus.gpu.GpuException;
import perseus.gpu.GpuException.Reason;

/**
 * Checks the values of one energy counter. A GPU always uses some watts and the driver updates the
 * counter about every 100 ms, so that a counter which does not change for seconds is broken. A
 * counter that decreases was reset. Neither may end up in a recording as a small energy.
 */
final class CounterWatch {
  /** 100 update periods. */
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final String subject;
  private boolean started;
  private long value;
  private long sinceNanos;

  CounterWatch(String subject) {
    this.subject = subject;
  }

  /**
   * Checks the next value.
   *
   * @param millijoules the value
   * @param nowNanos time of the value by {@link System#nanoTime}
   * @throws GpuException if the counter decreased, or did not change for 10 s
   */
  void check(long millijoules, long nowNanos) {
    if (started && millijoules == value) {
      if (nowNanos - sinceNanos > LIMIT_NANOS) {
        throw new GpuException(
            Reason.OTHER,
            ("%s: the energy counter has stayed at %,d mJ for more than 10 s, although a GPU always uses energy; its values"
                    + " cannot be used. Check with 'nvidia-smi -q -d POWER' whether the power still changes, and see"
                    + " dmesg.")
                .formatted(subject, value));
      }
      return;
    }
    if (started && millijoules < value) {
      throw new GpuException(
          Reason.OTHER,
          ("%s: the energy counter went back from %,d mJ to %,d mJ, so the GPU was reset or the driver was loaded again;"
                  + " the measurement must be repeated.")
              .formatted(subject, value, millijoules));
    }
    started = true;
    value = millijoules;
    sinceNanos = nowNanos;
  }
}
