package perseus.transport;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * Exchanges float32 tensors between the ranks of a job. Between two ranks, the messages of one
 * stream arrive in the order in which they were sent. Only one thread of a rank may use it.
 */
public interface TensorTransport extends AutoCloseable {
  /** The streams of messages between two ranks; messages of different streams have no order. */
  enum Stream {
    ACTIVATION,
    GRADIENT
  }

  /**
   * Sends a tensor. The call returns before the tensor has arrived; the caller may then change or
   * close it.
   *
   * @throws PeerLostException if the connection to the other rank is lost
   */
  void send(int toRank, Stream stream, NDArray tensor);

  /**
   * Waits for the next tensor of a stream.
   *
   * @param shape the tensor's shape, which the sender must have used too
   * @param manager the manager that owns the tensor
   * @throws PeerLostException if the connection to the other rank is lost
   */
  NDArray receive(int fromRank, Stream stream, Shape shape, NDManager manager);

  /**
   * Returns a group of ranks that sum tensors.
   *
   * @param id the group's number, from 0: equal on all its ranks, and different from that of every
   *     other group of this rank
   * @param members the group's ranks, this one among them, in the order in which they are summed
   */
  TensorGroup group(int id, List<Integer> members);

  /** Sends what is still queued, then closes the connections. */
  @Override
  void close();
}
