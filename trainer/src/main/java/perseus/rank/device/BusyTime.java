package perseus.rank.device;

import ai.djl.ndarray.NDArray;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import perseus.transport.TensorGroup;

/**
 * Measures the computing time of a rank: the time that the rank's thread has spent on computations.
 * If tensor operations use a single thread, the computing time is the processor time of this
 * thread. Processor time does not grow while the thread waits for a core or for other ranks. If
 * tensor operations use several threads, the computing time is the wall-clock time without the sums
 * over the tensor-parallel group.
 */
public final class BusyTime {
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final boolean processorTime;
  private long sumNanos;

  /**
   * @param singleThread whether the rank computes its tensor operations on a single thread of this
   *     host
   */
  public BusyTime(boolean singleThread) {
    this.processorTime = singleThread && threads.isCurrentThreadCpuTimeSupported();
  }

  /**
   * Returns the computing time in nanoseconds since an arbitrary start. Callers use the difference
   * between the results of two calls on the same thread.
   */
  long nanos() {
    return processorTime ? threads.getCurrentThreadCpuTime() : elapsedNanos();
  }

  /**
   * Returns the computing time in nanoseconds, including the time in which the thread waited for a
   * core. Callers use the difference between the results of two calls on the same thread.
   */
  long elapsedNanos() {
    return System.nanoTime() - sumNanos;
  }

  /**
   * Wraps a group of ranks, so that the time of its sums is not part of the computing time.
   *
   * @param synchronize action that waits until the GPU (or CPU) has finished all operations of the
   *     rank
   */
  public TensorGroup excludingSums(TensorGroup group, Runnable synchronize) {
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
      public boolean sumsBfloat16() {
        return group.sumsBfloat16();
      }

      @Override
      public void sum(NDArray tensor) {
        synchronize.run();
        long start = System.nanoTime();
        group.sum(tensor);
        synchronize.run();
        sumNanos += System.nanoTime() - start;
      }
    };
  }
}
