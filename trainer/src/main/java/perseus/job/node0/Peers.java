package perseus.job.node0;

import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import perseus.job.Command;

/**
 * The launchers of a job, or its ranks, by number. Numbers whose peer has not connected yet are
 * empty. Several threads may use it.
 */
final class Peers implements Iterable<Peer> {
  private final String kind;
  private final AtomicReferenceArray<Peer> byNumber;

  /**
   * @param kind the word for a peer in messages, such as {@code Rank}
   * @param count number of peers that the job has
   */
  Peers(String kind, int count) {
    this.kind = kind;
    this.byNumber = new AtomicReferenceArray<>(count);
  }

  /** Returns the number of peers that the job has, whether connected or not. */
  int size() {
    return byNumber.length();
  }

  /** Returns the peer of a number; null if it has not connected or has been removed. */
  Peer get(int number) {
    return byNumber.get(number);
  }

  void add(Peer peer) {
    byNumber.set(peer.number(), peer);
  }

  /** Removes a peer that has ended as expected. */
  void remove(Peer peer) {
    byNumber.set(peer.number(), null);
  }

  /** Returns whether this peer itself is here, not only another one of the same number. */
  boolean contains(Peer peer) {
    int number = peer.number();
    return number >= 0 && number < size() && byNumber.get(number) == peer;
  }

  /** Iterates over the connected peers in the order of their numbers. */
  @Override
  public Iterator<Peer> iterator() {
    return IntStream.range(0, size()).mapToObj(byNumber::get).filter(Objects::nonNull).iterator();
  }

  /** Sends a command to all connected peers. */
  void send(Command command) {
    forEach(peer -> peer.send(command));
  }

  /** Returns the numbers of the peers that are not connected, in ascending order. */
  List<Integer> missing() {
    return IntStream.range(0, size()).filter(i -> byNumber.get(i) == null).boxed().toList();
  }

  /** Returns a description of some peers, such as {@code Nodes 1, 3 of 4}. */
  String describe(List<Integer> numbers) {
    return "%s%s %s of %d"
        .formatted(
            kind,
            numbers.size() == 1 ? "" : "s",
            numbers.stream().map(String::valueOf).collect(Collectors.joining(", ")),
            size());
  }
}
