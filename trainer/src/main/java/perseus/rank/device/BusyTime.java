package perseus.rank.device;

import ai.djl.ndarray.NDArray;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import perseus.transport.TensorGroup;

/**
 * Measures how long a rank's thread has computed. If tensor operations use a single thread, this is
 * the thread's processor time, which does not grow while the thread waits for a core or for other
 * ranks. If they use several threads, it is the wall-clock time without the time of sums over the
 * ranks that share a stage.
 */
public final class BusyTime {
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final boolean processorTime;
  private long sumNanos;

  /**
   * @param singleThread whether the rank computes on a single thread of this host
   */
  public BusyTime(boolean singleThread) {
    this.processorTime = singleThread && threads.isCurrentThreadCpuTimeSupported();
  }

  /**
   * Returns the computing time in nanoseconds. Only the difference between two calls on the same
   * thread has a meaning.
   */
  long nanos() {
    return processorTime ? threads.getCurrentThreadCpuTime() : elapsedNanos();
  }

  /**
   * Returns the time as {@link #nanos} does, but including the time in which the thread waited for
   * a core.
   */
  long elapsedNanos() {
    return System.nanoTime() - sumNanos;
  }

  /** Returns the same group, with sums that do not count as computing time. */
  public TensorGroup excludingSums(TensorGroup group) {
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
        sumNanos += System.nanoTime() - start;
      }
    };
  }
}
