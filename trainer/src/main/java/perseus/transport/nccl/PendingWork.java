package perseus.transport.nccl;

import ai.djl.ndarray.NDArray;
import com.sun.jna.Pointer;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * Holds the operations of one stream that the GPU may not have finished yet, in the order of the
 * stream. The memory of a tensor that is being sent stays allocated until its operation has
 * finished. Several threads may use an instance.
 */
final class PendingWork {
  private final Cuda cuda;
  private final Pointer stream;
  private final ArrayDeque<Operation> operations = new ArrayDeque<>();

  private record Operation(String name, Pointer end, NDArray tensor, long startNanos) {}

  /**
   * @param stream the stream of all operations
   */
  PendingWork(Cuda cuda, Pointer stream) {
    this.cuda = cuda;
    this.stream = stream;
  }

  Pointer stream() {
    return stream;
  }

  /**
   * Makes later operations of this stream wait for the operations that are now in another stream.
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
   * @param tensor the tensor that is closed when the operation has finished; null if there is none
   */
  synchronized void add(String name, NDArray tensor) {
    removeFinished();
    operations.add(new Operation(name, cuda.mark(stream), tensor, System.nanoTime()));
  }

  /** Returns whether all operations have finished. */
  synchronized boolean isDone() {
    removeFinished();
    return operations.isEmpty();
  }

  /** Returns the name of an operation that has taken longer than a limit; null if there is none. */
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
