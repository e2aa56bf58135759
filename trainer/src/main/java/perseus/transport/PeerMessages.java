package perseus.transport;

import perseus.wire.Deadline;

/**
 * Exchanges short messages between ranks through the memory of their hosts, and detects lost ranks.
 * A transport that sends tensors directly from GPU to GPU, such as NCCL, also needs messages
 * between hosts. One example is the size of the next tensor.
 *
 * <p>Each message belongs to a sequence, which has a number. Between two ranks, the messages of one
 * sequence arrive in the order in which they were sent. Several threads may use an instance, but
 * only one thread at a time may receive the messages of one sequence from one rank.
 */
public interface PeerMessages {
  /**
   * Queues a message for another rank.
   *
   * @param number number of the sequence to which the message belongs, from 0
   * @throws PeerLostException if the connection to the other rank is lost
   */
  void send(int toRank, int number, byte[] message);

  /**
   * Waits for the next message of a sequence from another rank.
   *
   * @param deadline end of the wait. If the deadline has already passed, the method does not wait,
   *     but still returns a message that has arrived.
   * @return the message; null if no message has arrived at the deadline
   * @throws PeerLostException if the connection to the other rank is lost
   */
  byte[] receive(int fromRank, int number, Deadline deadline);

  /**
   * Returns an error that names the lost rank and the cause; null if no rank is lost. A rank is
   * lost if its connection ends before the rank calls {@link #finish}, for example because its
   * process was killed.
   */
  PeerLostException loss();

  /**
   * Tells the other ranks that this rank has finished, so that they do not report it as lost when
   * its connections end.
   */
  void finish();
}
