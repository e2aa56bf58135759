package perseus.transport;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * Defines how a rank exchanges tensors with the other ranks of its job. For each way of
 * communication, such as TCP, a class implements this interface. Between two ranks, the tensors of
 * one stream (activations or gradients) arrive in the order in which they were sent. Only one
 * thread of a rank may use an instance.
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
   * Sends a float32 or float16 tensor to another rank. The bits of the tensor arrive unchanged. The
   * method {@code send} may return before the tensor has arrived at the other rank. After a call of
   * {@code send}, the caller may change or close the tensor.
   *
   * @throws PeerLostException if the connection to the other rank is lost
   */
  void send(int toRank, Stream stream, NDArray tensor);

  /**
   * Waits for the next tensor of a stream (activations or gradients) from another rank.
   *
   * @param shape the expected shape of the tensor, which must be equal to the shape of the sent
   *     tensor
   * @param type the expected type of the tensor, which must be equal to the type of the sent tensor
   * @param manager the DJL object that owns the received tensor and frees its memory
   * @throws PeerLostException if the connection to the other rank is lost
   */
  NDArray receive(int fromRank, Stream stream, Shape shape, DataType type, NDManager manager);

  /**
   * Returns a group of ranks that sums tensors over its members.
   *
   * @param id the number of the group, from 0. All ranks of a group must use the same number for
   *     the group. Two groups to which the same rank belongs must have different numbers.
   * @param members the ranks of the group, including this rank, in the order in which their tensors
   *     are summed
   */
  TensorGroup group(int id, List<Integer> members);

  /**
   * Sends the tensors that are still queued for other ranks, and then closes the connections to the
   * other ranks.
   */
  @Override
  void close();
}
