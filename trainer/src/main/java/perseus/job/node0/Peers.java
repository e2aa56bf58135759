package perseus.job.node0;

import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import perseus.job.Command;

/**
 * Holds either all connected launchers of a job, or all connected ranks of a job. A launcher or
 * rank that is connected to node 0 is called a peer. The collection finds a launcher by the number
 * of its node, and a rank by its own number. The class is thread-safe.
 */
final class Peers implements Iterable<Peer> {
  private final String kind;
  private final AtomicReferenceArray<Peer> byNumber;

  /**
   * @param kind the word that names a launcher or a rank in messages to the user, such as {@code
   *     Rank}
   * @param count number of launchers or ranks of the job
   */
  Peers(String kind, int count) {
    this.kind = kind;
    this.byNumber = new AtomicReferenceArray<>(count);
  }

  /**
   * Returns the number of launchers or ranks of the job, including those that are not connected.
   */
  int size() {
    return byNumber.length();
  }

  /**
   * Returns the peer (launcher or rank) with the given number; null if it has not connected or was
   * removed.
   */
  Peer get(int number) {
    return byNumber.get(number);
  }

  void add(Peer peer) {
    byNumber.set(peer.number(), peer);
  }

  /** Removes a peer (launcher or rank) that has ended without a failure. */
  void remove(Peer peer) {
    byNumber.set(peer.number(), null);
  }

  /**
   * Returns whether this collection contains exactly the given object. Another object for the same
   * launcher or rank does not count.
   */
  boolean contains(Peer peer) {
    int number = peer.number();
    return number >= 0 && number < size() && byNumber.get(number) == peer;
  }

  /**
   * Returns an iterator over the connected peers (launchers or ranks) in the order of their
   * numbers.
   */
  @Override
  public Iterator<Peer> iterator() {
    return IntStream.range(0, size()).mapToObj(byNumber::get).filter(Objects::nonNull).iterator();
  }

  void send(Command command) {
    forEach(peer -> peer.send(command));
  }

  /**
   * Returns the numbers of the peers (launchers or ranks) that are not connected, in ascending
   * order.
   */
  List<Integer> missing() {
    return IntStream.range(0, size()).filter(i -> byNumber.get(i) == null).boxed().toList();
  }

  /**
   * Returns a text for messages that names the peers with the given numbers, such as {@code Nodes
   * 1, 3 of 4}.
   */
  String describe(List<Integer> numbers) {
    return "%s%s %s of %d"
        .formatted(
            kind,
            numbers.size() == 1 ? "" : "s",
            numbers.stream().map(String::valueOf).collect(Collectors.joining(", ")),
            size());
  }
}
