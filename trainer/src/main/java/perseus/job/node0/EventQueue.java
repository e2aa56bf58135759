package perseus.job.node0;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import perseus.io.UserError;
import perseus.job.Event;
import perseus.job.node0.JobPort.Arrival;
import perseus.wire.Deadline;

/**
 * The queue of events from launchers and ranks, which also finds out why a job has failed.
 *
 * <p>Every method that waits throws a {@link UserError} if a part of the job has failed. If a rank
 * fails, its peers lose their connections to it and report failures too. Such a consequence is
 * reported to the user only if no cause arrives within 3 s.
 */
final class EventQueue {
  /** How long the report of a consequence is held back for the report of its cause. */
  private static final Duration CAUSE_GRACE = Duration.ofSeconds(3);

  private final JobPort port;
  private final Peers launchers;
  private final Peers ranks;
  private final IntFunction<String> nodeHost;
  private final IntFunction<String> rankHost;

  /**
   * @param nodeHost returns the name of a connected node's host
   * @param rankHost returns the name of a connected rank's host
   */
  EventQueue(
      JobPort port,
      Peers launchers,
      Peers ranks,
      IntFunction<String> nodeHost,
      IntFunction<String> rankHost) {
    this.port = port;
    this.launchers = launchers;
    this.ranks = ranks;
    this.nodeHost = nodeHost;
    this.rankHost = rankHost;
  }

  /**
   * Waits for an event of the given type from each peer.
   *
   * @param sink accepts each event with its peer
   */
  <T extends Event> void collect(Class<T> type, Peers peers, BiConsumer<Peer, T> sink) {
    collect(type, peers, sink, Deadline.NEVER, missing -> {});
  }

  /**
   * Waits for an event of the given type from each peer, also after the expected time.
   *
   * @param sink accepts each event with its peer
   * @param expected when all events should have arrived
   * @param late accepts, at most once, the numbers of the peers whose event has not arrived by then
   */
  <T extends Event> void collect(
      Class<T> type,
      Peers peers,
      BiConsumer<Peer, T> sink,
      Deadline expected,
      Consumer<List<Integer>> late) {
    TreeSet<Integer> missing = new TreeSet<>();
    IntStream.range(0, peers.size()).forEach(missing::add);
    Deadline deadline = expected;
    while (!missing.isEmpty()) {
      Arrival arrival = next(deadline);
      if (arrival == null) {
        late.accept(List.copyOf(missing));
        deadline = Deadline.NEVER;
      } else if (type.isInstance(arrival.event()) && peers.contains(arrival.peer())) {
        sink.accept(arrival.peer(), type.cast(arrival.event()));
        missing.remove(arrival.peer().number());
      }
    }
  }

  /**
   * Waits for the next event.
   *
   * @return null if none has arrived at the deadline
   */
  Arrival next(Deadline deadline) {
    Arrival arrival = port.poll(deadline);
    if (arrival != null && consequence(arrival) != null) {
      // The peers of a lost rank may notice the loss before the rank's launcher does.
      Arrival best = arrival;
      Deadline grace = Deadline.after(CAUSE_GRACE);
      for (Arrival later = port.poll(grace); later != null; later = port.poll(grace)) {
        throwCause(later);
        // A rank's own message says more than that its connection has closed.
        best = best.event() == null && later.event() instanceof Event.Failed ? later : best;
      }
      throw new UserError(consequence(best));
    }
    if (arrival != null) {
      throwCause(arrival);
    }
    return arrival;
  }

  /** Throws a {@link UserError} if this event is the cause of a failure. */
  private void throwCause(Arrival arrival) {
    if (arrival.event() instanceof Event.Failed failed && !failed.consequence()) {
      throw new UserError(failed.sentence());
    }
    Peer peer = arrival.peer();
    if (arrival.event() == null && peer.isLauncher() && launchers.contains(peer)) {
      throw new UserError(
          "Node %d on %s is gone: its launcher has ended, or its host cannot be reached. Check that host, then start all nodes again."
              .formatted(peer.number(), nodeHost.apply(peer.number())));
    }
  }

  /** Returns the message of a failure that may have another cause; null for any other event. */
  private String consequence(Arrival arrival) {
    if (arrival.event() instanceof Event.Failed failed && failed.consequence()) {
      return failed.sentence();
    }
    Peer peer = arrival.peer();
    if (arrival.event() == null && !peer.isLauncher() && ranks.contains(peer)) {
      return "Rank %d on %s is gone: its connection to node 0 has closed, and no cause was reported. Check that host, then run the job again."
          .formatted(peer.number(), rankHost.apply(peer.number()));
    }
    return null;
  }
}
