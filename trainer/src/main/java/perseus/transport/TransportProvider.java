package perseus.transport;

import ai.djl.ndarray.NDManager;
import java.time.Duration;
import java.util.List;

/**
 * Connects ranks so that they can exchange tensors. An extension that adds a value of the flag
 * {@code --transport} implements this interface; see {@link perseus.extension.Registry}.
 */
public interface TransportProvider {
  /** Returns the value of the flag {@code --transport} that selects this provider. */
  String name();

  /**
   * Connects a rank with the ranks to which it sends tensors and from which it receives tensors.
   * Each rank of the job calls the method once, in its own process. All ranks call {@code connect}
   * at about the same time.
   *
   * @throws PeerLostException if another rank does not connect in time, or is lost
   * @throws perseus.io.UserError if this rank cannot use the transport of this provider
   */
  TensorTransport connect(Connection connection);

  /**
   * Holds the parameters of {@link #connect}.
   *
   * @param rank the number of the rank
   * @param channels the channels in which the rank sends or receives tensors. All ranks sort their
   *     channels by the same rule, so that ranks do not wait for each other in a circle.
   * @param manager the DJL object on whose device the rank computes
   * @param messages object that exchanges messages with the ranks in the channels and with the
   *     members of all groups of the rank. The caller closes {@code messages} after it has closed
   *     the transport. The implementation of {@link TensorTransport#finish} must call {@link
   *     PeerMessages#finish}.
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
