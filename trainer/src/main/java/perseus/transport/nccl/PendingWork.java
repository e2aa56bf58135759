package perseus.transport.nccl;

import ai.djl.ndarray.NDArray;
import com.sun.jna.Pointer;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * Holds the unfinished operations of one CUDA stream, in the order of the stream. The memory of a
 * tensor stays allocated until the operation that sends the tensor has finished. Several threads
 * may use an instance.
 */
final class PendingWork {
  private final Cuda cuda;
  private final Pointer stream;
  private final ArrayDeque<Operation> operations = new ArrayDeque<>();

  private record Operation(String name, Pointer end, NDArray tensor, long startNanos) {}

  /**
   * @param stream the CUDA stream that contains the operations
   */
  PendingWork(Cuda cuda, Pointer stream) {
    this.cuda = cuda;
    this.stream = stream;
  }

  Pointer stream() {
    return stream;
  }

  /**
   * Makes later operations of this stream wait until the operations that are now in another stream
   * have ended.
   */
  void await(Pointer other) {
    Pointer reached = cuda.mark(other);
    cuda.await(stream, reached);
    cuda.free(reached);
  }

  /**
   * Adds the operation that was most recently put into the stream.
   *
   * @param name description of the operation for error messages
   * @param tensor the tensor that this object closes when the operation has finished; null if no
   *     tensor must be closed
   */
  synchronized void add(String name, NDArray tensor) {
    removeFinished();
    operations.add(new Operation(name, cuda.mark(stream), tensor, System.nanoTime()));
  }

  synchronized boolean isDone() {
    removeFinished();
    return operations.isEmpty();
  }

  /**
   * Returns the description of an operation that has taken longer than a limit; null if no
   * operation has taken that long.
   */
  synchronized String overdue(Duration limit) {
    removeFinished();
    Operation first = operations.peek();
    return first != null && System.nanoTime() - first.startNanos > limit.toNanos()
        ? first.name
        : null;
  }

  private void removeFinished() {
    while (!operations.isEmpty() && cuda.isPast(operations.peek().end)) {
      Operation finished = operations.remove();
      cuda.free(finished.end);
      if (finished.tensor != null) {
        finished.tensor.close();
      }
    }
  }
}
