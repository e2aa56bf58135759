package perseus.transport;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * Defines how a rank exchanges tensors with the other ranks of its job. For each transport, such as
 * TCP or NCCL, one class implements this interface. Between two ranks, the tensors of one stream
 * (activations or gradients) arrive in the order in which they were sent. Only one thread of a rank
 * may use an instance.
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
   * Describes one direction in which tensors go between two ranks.
   *
   * @param stream whether activations or gradients are sent in this direction
   * @param from the rank that sends the tensors
   * @param to the rank that receives the tensors; not the same rank as {@code from}
   */
  record Channel(Stream stream, int from, int to) {}

  /**
   * Sends a tensor to another rank. The method {@code send} may return before the tensor has
   * arrived at the other rank. After a call of {@code send}, the caller may close the tensor, but
   * must not change its elements.
   *
   * @throws PeerLostException if the connection to the other rank is lost
   */
  void send(int toRank, Stream stream, NDArray tensor);

  /**
   * Waits for the next tensor of a stream (activations or gradients) from another rank.
   *
   * @param shape the expected shape of the tensor, which must be equal to the shape of the sent
   *     tensor
   * @param type the expected type of the tensor. A bfloat16 tensor, which DJL does not know, can be
   *     received as a float16 tensor with the same bits.
   * @param manager the DJL object that owns the received tensor and frees its memory
   * @throws PeerLostException if the connection to the other rank is lost
   * @throws IllegalStateException if the sent tensor has another size in bytes
   */
  NDArray receive(int fromRank, Stream stream, Shape shape, DataType type, NDManager manager);

  /**
   * Returns a group of ranks that sums tensors over its members. All members must call {@code
   * group} for the same groups in the same order, because members may wait for each other.
   *
   * @param id the number of the group, from 0. All ranks of a group must use the same number for
   *     the group. Two groups to which the same rank belongs must have different numbers.
   * @param members the ranks of the group, including this rank, in the order in which their tensors
   *     are summed
   */
  TensorGroup group(int id, List<Integer> members);

  /**
   * Waits until all sums of this rank are done, and checks that all ranks have summed tensors of
   * equal sizes. Without a call of {@link TensorGroup#join}, the method does not wait for sums of
   * {@link TensorGroup#start}. A GPU executes later operations of this thread after the sums even
   * without a call of {@code awaitSums}. Without a call of {@code awaitSums}, the failure of a sum
   * may stay undetected.
   *
   * @throws PeerLostException if the connection to another rank is lost
   * @throws perseus.io.UserError if a sum has failed, or if ranks have summed different tensors
   */
  void awaitSums();

  /**
   * Waits until the tensors for other ranks are sent, and tells these ranks that this rank has
   * finished. After a call of {@code finish}, only {@link #close} may be called. If a rank closes
   * its transport without a call of {@code finish}, the other ranks may treat the rank as lost.
   */
  void finish();

  /** Closes the connections to the other ranks. */
  @Override
  void close();
}
