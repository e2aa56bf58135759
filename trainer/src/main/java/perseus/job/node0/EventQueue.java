package perseus.job.node0;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import perseus.io.UserError;
import perseus.job.Command;
import perseus.job.Event;
import perseus.job.node0.JobPort.Arrival;
import perseus.wire.Deadline;

/**
 * Waits for events from launchers and ranks. If a part of the job has failed, the queue throws the
 * failure that has caused the other failures.
 *
 * <p>Every method that waits for events throws a {@link UserError} if a part of the job has failed.
 * If a rank fails, the ranks connected to it also report failures, because they lose their
 * connection to the failed rank. A failure may be only a consequence of another failure. The user
 * gets a message about it only if no report of the cause arrives within 5 seconds.
 */
final class EventQueue {
  /**
   * Maximum time to wait for the report of the cause, if a reported failure may be a consequence of
   * another failure.
   */
  private static final Duration CAUSE_GRACE = Duration.ofSeconds(5);

  private final JobPort port;
  private final Peers launchers;
  private final Peers ranks;
  private final IntFunction<String> nodeHost;
  private final IntFunction<String> rankHost;

  /**
   * @param nodeHost function that returns the host name of a connected node from the number of the
   *     node
   * @param rankHost function that returns the host name of a connected rank from the number of the
   *     rank
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
   * Waits for an event of the given type from each peer (launcher or rank).
   *
   * @param sink function that receives each event and the peer (launcher or rank) that has sent the
   *     event
   */
  <T extends Event> void collect(Class<T> type, Peers peers, BiConsumer<Peer, T> sink) {
    collect(type, peers, sink, Deadline.NEVER, missing -> {});
  }

  /**
   * Waits for an event of the given type from each peer (launcher or rank). If some events have not
   * arrived at the expected time, the method calls {@code late} once. It then waits without a time
   * limit.
   *
   * @param sink function that receives each event and the peer (launcher or rank) that has sent the
   *     event
   * @param expected the time at which all events should have arrived
   * @param late function that receives the numbers of the peers whose events have not arrived at
   *     the expected time
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
   * Waits for the next event of a launcher or a rank.
   *
   * @return the event and its sender; null if no event has arrived at the deadline
   */
  Arrival next(Deadline deadline) {
    Arrival arrival = port.poll(deadline);
    if (arrival != null && consequence(arrival) != null) {
      // The report of the cause may arrive later: other ranks may notice that a rank is lost before
      // its launcher does.
      Arrival best = arrival;
      Deadline grace = Deadline.after(CAUSE_GRACE);
      for (Arrival later = port.poll(grace); later != null; later = port.poll(grace)) {
        throwCause(later);
        // The report of a failure by a launcher or a rank tells the user more than a message about
        // a closed connection.
        best = best.event() == null && later.event() instanceof Event.Failed ? later : best;
      }
      throw new UserError(consequence(best));
    }
    if (arrival != null) {
      throwCause(arrival);
      refuseLateLauncher(arrival);
    }
    return arrival;
  }

  /** Tells a launcher why it cannot join, if all launchers of the job have already joined. */
  private void refuseLateLauncher(Arrival arrival) {
    if (arrival.event() instanceof Event.NodeJoined joined && launchers.missing().isEmpty()) {
      arrival
          .peer()
          .send(
              new Command.Abort(
                  "All %d nodes of the job have already joined, so the launcher on %s with NODE_RANK=%d cannot; give each node its own number, and each job its own MASTER_PORT."
                      .formatted(launchers.size(), joined.host(), joined.node())));
    }
  }

  /**
   * Throws a {@link UserError} if the given arrival (an event and its sender) reports a failure
   * without another cause.
   */
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

  /**
   * Returns the error message of a failure that another failure may have caused; null for any other
   * arrival.
   */
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
