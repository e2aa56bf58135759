package perseus.rank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import perseus.parallel.Degrees;
import perseus.transport.TensorTransport;
import perseus.transport.TensorTransport.Stream;

/**
 * What a rank hands to its neighbours in the pipeline: activations to the next one, gradients to
 * the previous one. The last rank's next is the first, for schedules that give it another stage; a
 * pipeline of one rank is its own neighbour.
 */
final class PipelineLinks {
  private final TensorTransport transport;
  private final int rank;
  private final int previous;
  private final int next;
  private final NDManager manager;
  private final Map<Stream, Queue<NDList>> own = new EnumMap<>(Stream.class);

  /**
   * @param manager owns what arrives
   */
  PipelineLinks(TensorTransport transport, int rank, Degrees degrees, NDManager manager) {
    this.transport = transport;
    this.rank = rank;
    this.previous = degrees.previousRank(rank);
    this.next = degrees.nextRank(rank);
    this.manager = manager;
    for (Stream stream : Stream.values()) {
      own.put(stream, new ArrayDeque<>());
    }
  }

  /** Sends tensors, which are taken over. */
  void send(Stream stream, NDList tensors) {
    int to = stream == Stream.ACTIVATION ? next : previous;
    if (to == rank) {
      own.get(stream).add(tensors);
      return;
    }
    try (tensors) {
      for (NDArray tensor : tensors) {
        transport.send(to, stream, tensor);
      }
    }
  }

  /** Waits for tensors of the given shapes. */
  NDList receive(Stream stream, List<Shape> shapes) {
    int from = stream == Stream.ACTIVATION ? previous : next;
    if (from == rank) {
      return own.get(stream).remove();
    }
    NDList list = new NDList(shapes.size());
    for (Shape shape : shapes) {
      list.add(transport.receive(from, stream, shape, manager));
    }
    return list;
  }
}
