package perseus.transport;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * Moves float32 tensors between the ranks of a job. Between two ranks, messages of one stream
 * arrive in the order in which they were sent. Only one thread of a rank may call it.
 */
public interface TensorTransport extends AutoCloseable {
  /** What a message is part of, so that both ends agree on the order of each alone. */
  enum Stream {
    ACTIVATION,
    GRADIENT
  }

  /**
   * Sends a tensor and returns before it has arrived; the tensor may be changed or closed then.
   *
   * @throws PeerLostException if the other rank is gone
   */
  void send(int toRank, Stream stream, NDArray tensor);

  /**
   * Waits for the next tensor of a stream.
   *
   * @param manager owns the tensor
   * @throws PeerLostException if the other rank is gone
   */
  NDArray receive(int fromRank, Stream stream, Shape shape, NDManager manager);

  /**
   * A group of ranks that add up tensors.
   *
   * @param id the same on all its ranks; no two groups of a rank have the same
   * @param members in the order in which they are summed, this rank among them
   */
  TensorGroup group(int id, List<Integer> members);

  /** Lets go of the connections; what is being sent still goes out. */
  @Override
  void close();
}
