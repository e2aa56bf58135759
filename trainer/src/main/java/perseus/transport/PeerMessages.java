package perseus.transport;

import perseus.wire.Deadline;

/**
 * Exchanges short messages between ranks through the memory of their hosts, and notices lost ranks.
 * A transport that sends tensors in another way uses the messages to agree with other ranks.
 *
 * <p>Between two ranks, the messages with one number arrive in the order in which they were sent.
 * Several threads may use an instance, but only one thread at a time may receive the messages of
 * one rank with one number.
 */
public interface PeerMessages {
  /**
   * Queues a message for another rank.
   *
   * @param number the number of the sequence to which the message belongs, from 0
   * @throws PeerLostException if the connection to the other rank is lost
   */
  void send(int toRank, int number, byte[] message);

  /**
   * Waits for the next message of a sequence from another rank.
   *
   * @param deadline how long to wait; a deadline that has passed returns a message that has arrived
   * @return the message; null if none has arrived at the deadline
   * @throws PeerLostException if the connection to the other rank is lost
   */
  byte[] receive(int fromRank, int number, Deadline deadline);

  /**
   * Returns the loss of a rank whose connection has ended before the rank has called {@link
   * #finish}, such as a killed process; null if there is none.
   */
  PeerLostException loss();

  /** Tells the other ranks that this rank is done, so that its end is no loss for them. */
  void finish();
}
