package perseus.job.node0;

import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import perseus.job.Command;

/** All launchers or all ranks of a job, as far as they have come. Any thread may look. */
final class Peers implements Iterable<Peer> {
  private final String kind;
  private final AtomicReferenceArray<Peer> places;

  /**
   * @param kind what a sentence calls one of them
   * @param count how many there have to be
   */
  Peers(String kind, int count) {
    this.kind = kind;
    this.places = new AtomicReferenceArray<>(count);
  }

  int size() {
    return places.length();
  }

  /** The one of that number; null if it has not come or has left. */
  Peer get(int number) {
    return places.get(number);
  }

  void add(Peer member) {
    places.set(member.number(), member);
  }

  /** Forgets one that has left as it should. */
  void remove(Peer member) {
    places.set(member.number(), null);
  }

  /** Whether it is one of them, and not one that only has such a number. */
  boolean contains(Peer member) {
    int number = member.number();
    return number >= 0 && number < size() && places.get(number) == member;
  }

  /** Those that are there, in their order. */
  @Override
  public Iterator<Peer> iterator() {
    return IntStream.range(0, size()).mapToObj(places::get).filter(Objects::nonNull).iterator();
  }

  /** Tells all that are there. */
  void tell(Command order) {
    forEach(member -> member.tell(order));
  }

  /** The numbers of those that are not there, in their order. */
  List<Integer> missing() {
    return IntStream.range(0, size()).filter(i -> places.get(i) == null).boxed().toList();
  }

  /** Names some of them, such as: Nodes 1, 3 of 4. */
  String named(List<Integer> numbers) {
    return "%s%s %s of %d"
        .formatted(
            kind,
            numbers.size() == 1 ? "" : "s",
            numbers.stream().map(String::valueOf).collect(Collectors.joining(", ")),
            size());
  }
}
