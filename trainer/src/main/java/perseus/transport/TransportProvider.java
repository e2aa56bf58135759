package perseus.transport;

import ai.djl.ndarray.NDManager;
import java.time.Duration;
import java.util.List;

/**
 * Connects ranks, so that they can exchange tensors in one way, such as over TCP. An extension
 * implements this interface to add a value of the option {@code --transport}; see {@link
 * perseus.extension.Registry}.
 */
public interface TransportProvider {
  /** Returns the value of the option {@code --transport} that selects this provider. */
  String name();

  /**
   * Connects a rank with the ranks to which it sends tensors and from which it receives tensors.
   * Each rank of the job calls the method once, in its own process. All ranks call it at about the
   * same time.
   *
   * @throws PeerLostException if another rank does not connect in time, or is lost
   * @throws perseus.io.UserError if this rank cannot use this way to exchange tensors
   */
  TensorTransport connect(Connection connection);

  /**
   * Holds the parameters of {@link #connect}.
   *
   * @param rank the number of the rank
   * @param channels the channels in which the rank sends or receives. All ranks list their channels
   *     in the order of one list of all channels of the job.
   * @param manager the DJL object on whose device the rank computes
   * @param messages sends messages through the hosts' memory to the ranks in the channels and to
   *     the members of all groups of the rank. The caller closes {@code messages} after the
   *     transport. {@link TensorTransport#finish} must call {@link PeerMessages#finish}.
   * @param timeout maximum time to wait for other ranks
   */
  record Connection(
      int rank,
      List<TensorTransport.Channel> channels,
      NDManager manager,
      PeerMessages messages,
      Duration timeout) {
    public Connection {
      channels = List.copyOf(channels);
    }
  }
}
