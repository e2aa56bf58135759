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

/**
 * What launchers and ranks report, one after the other. Every call that waits ends with an {@link
 * UserError} when a part of the job has failed; the sentence is that of the cause, not that of the
 * ranks which missed the one that failed first.
 */
final class EventQueue {
  /** How long a failure waits for another that explains it. */
  private static final Duration CAUSE_GRACE = Duration.ofSeconds(3);

  private final JobPort port;
  private final Peers launchers;
  private final Peers ranks;
  private final IntFunction<String> nodeHost;
  private final IntFunction<String> rankHost;

  /**
   * @param nodeHost name of the host of a node that has come
   * @param rankHost the same for a rank
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

  /** Waits for a report of each member. */
  <T extends Event> void collect(Class<T> type, Peers members, BiConsumer<Peer, T> sink) {
    collect(type, members, sink, Long.MAX_VALUE, missing -> {});
  }

  /**
   * Waits for a report of each member, and goes on waiting when that takes long.
   *
   * @param expected until when they should have come, in System.nanoTime(), or Long.MAX_VALUE
   * @param late takes, once, the numbers of those that have not come by then
   */
  <T extends Event> void collect(
      Class<T> type,
      Peers members,
      BiConsumer<Peer, T> sink,
      long expected,
      Consumer<List<Integer>> late) {
    TreeSet<Integer> missing = new TreeSet<>();
    IntStream.range(0, members.size()).forEach(missing::add);
    long deadline = expected;
    while (!missing.isEmpty()) {
      Arrival event = next(deadline);
      if (event == null) {
        late.accept(List.copyOf(missing));
        deadline = Long.MAX_VALUE;
      } else if (type.isInstance(event.report()) && members.contains(event.member())) {
        sink.accept(event.member(), type.cast(event.report()));
        missing.remove(event.member().number());
      }
    }
  }

  /**
   * Waits for the next report.
   *
   * @param deadline in System.nanoTime(), or Long.MAX_VALUE for ever
   * @return null if none came in time
   */
  Arrival next(long deadline) {
    Arrival event = port.poll(deadline);
    if (event != null && consequence(event) != null) {
      // Where a rank is gone its neighbours notice it as soon as its launcher does.
      Arrival best = event;
      long grace = System.nanoTime() + CAUSE_GRACE.toNanos();
      for (Arrival later = port.poll(grace); later != null; later = port.poll(grace)) {
        throwCause(later);
        // The last words of a rank say more than that it is gone.
        best = best.report() == null && later.report() instanceof Event.Failed ? later : best;
      }
      throw new UserError(consequence(best));
    }
    if (event != null) {
      throwCause(event);
    }
    return event;
  }

  private void throwCause(Arrival event) {
    if (event.report() instanceof Event.Failed failed && !failed.consequence()) {
      throw new UserError(failed.sentence());
    }
    Peer member = event.member();
    if (event.report() == null && member.launcher() && launchers.contains(member)) {
      throw new UserError(
          "Node %d on %s is gone: its launcher has ended, or cannot be reached any more."
              .formatted(member.number(), nodeHost.apply(member.number())));
    }
  }

  /** What an event says that another failure may explain; null where it says no such thing. */
  private String consequence(Arrival event) {
    if (event.report() instanceof Event.Failed failed && failed.consequence()) {
      return failed.sentence();
    }
    Peer member = event.member();
    if (event.report() == null && !member.launcher() && ranks.contains(member)) {
      return "Rank %d on %s is gone.".formatted(member.number(), rankHost.apply(member.number()));
    }
    return null;
  }
}
