package perseus.rank.device;

import ai.djl.ndarray.NDArray;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import perseus.transport.TensorGroup;

/**
 * How long a rank's thread has computed. Where one thread does it all that is its processor time,
 * which does not grow while the thread waits for a core or for other ranks. Where operations spread
 * over threads, it is the time on the wall less what went into waiting for the group.
 */
public final class BusyTime {
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final boolean processorTime;
  private long waitedNanos;

  /**
   * @param oneThread whether one thread of this host does it all
   */
  public BusyTime(boolean oneThread) {
    this.processorTime = oneThread && threads.isCurrentThreadCpuTimeSupported();
  }

  /** Nanoseconds from some time on; only differences on one thread mean something. */
  long nanos() {
    return processorTime ? threads.getCurrentThreadCpuTime() : elapsedNanos();
  }

  /** Nanoseconds as {@link #nanos}, with what goes into waiting for a core. */
  long elapsedNanos() {
    return System.nanoTime() - waitedNanos;
  }

  /** The same group, whose sums do not count as computing. */
  public TensorGroup waiting(TensorGroup group) {
    if (group.size() == 1) {
      return group;
    }
    return new TensorGroup() {
      @Override
      public int size() {
        return group.size();
      }

      @Override
      public int index() {
        return group.index();
      }

      @Override
      public void sum(NDArray tensor) {
        long start = System.nanoTime();
        group.sum(tensor);
        waitedNanos += System.nanoTime() - start;
      }
    };
  }
}
