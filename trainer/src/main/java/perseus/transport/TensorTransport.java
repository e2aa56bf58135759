package perseus.transport;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * Defines how a rank exchanges float32 tensors with the other ranks of its job. Each way of
 * communication, such as TCP, implements this interface. Between two ranks, the tensors of one
 * stream arrive in the order in which they were sent. Only one thread of a rank may use an
 * instance.
 */
public interface TensorTransport extends AutoCloseable {
  /**
   * Lists the streams of tensors between two ranks. Tensors of different streams may arrive in any
   * order.
   */
  enum Stream {
    ACTIVATION,
    GRADIENT
  }

  /**
   * Sends a tensor to another rank. The call may return before the tensor has arrived. After the
   * call, the caller may change or close the tensor.
   *
   * @throws PeerLostException if the connection to the other rank is lost
   */
  void send(int toRank, Stream stream, NDArray tensor);

  /**
   * Waits for the next tensor of a stream from another rank.
   *
   * @param shape the shape of the tensor, which must be equal to the shape that the sender has sent
   * @param manager the manager that owns the received tensor
   * @throws PeerLostException if the connection to the other rank is lost
   */
  NDArray receive(int fromRank, Stream stream, Shape shape, NDManager manager);

  /**
   * Returns a group of ranks that sums tensors over its members.
   *
   * @param id the number of the group, from 0. All ranks of the group must use the same number. Two
   *     groups of the same rank must have different numbers.
   * @param members the ranks of the group, including this rank; tensors are summed in this order
   */
  TensorGroup group(int id, List<Integer> members);

  /** Sends the tensors that are still queued, and then closes the connections. */
  @Override
  void close();
}
