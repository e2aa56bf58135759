package perseus.agent;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import perseus.agent.hosts.ToNode0.State;
import perseus.agent.wire.Hello;
import perseus.gpu.clock.lease.Pause;
import perseus.io.UserError;

/** Holds the connected ranks of the job, and refuses ranks of another job. */
final class ConnectedRanks {
  /**
   * When a process connects as a rank, an earlier process of the same rank must end within 5
   * seconds.
   */
  private static final int EARLIER_SECONDS = 5;

  private final Map<Integer, SteeredRank> ranks = new ConcurrentHashMap<>();

  boolean isEmpty() {
    return ranks.isEmpty();
  }

  /**
   * Processes a message about a rank of another node. Returns false if the rank has not connected.
   */
  boolean take(State state) {
    if (ranks.get(state.rank()) instanceof DistantRank rank) {
      rank.take(state);
      return true;
    }
    return false;
  }

  void add(SteeredRank rank) {
    ranks.put(rank.hello().rank(), rank);
  }

  /**
   * Waits until no other process with the given rank is connected.
   *
   * @throws UserError if another process with the rank is still connected after {@value
   *     #EARLIER_SECONDS} seconds
   */
  void awaitEarlier(int rank) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(EARLIER_SECONDS);
    SteeredRank earlier = ranks.get(rank);
    while (earlier != null && !earlier.gone()) {
      if (System.nanoTime() > end) {
        throw new UserError(
            "Two processes say that they are rank %d. The second one is not recorded; give each process its own rank in the environment variable RANK."
                .formatted(rank));
      }
      Pause.of(Duration.ofMillis(20));
      // While this thread waited, another rank may have reported a restart, which removes all
      // ranks.
      earlier = ranks.get(rank);
    }
  }

  /**
   * Returns whether the first message of a rank shows that all ranks of the job were started again.
   * This is so if a rank with the same number has connected before, or if the degrees of
   * parallelism have changed.
   *
   * @throws UserError if the degrees of parallelism differ, and connected ranks still run
   */
  boolean isRestart(Hello hello) {
    SteeredRank any = ranks.values().stream().findFirst().orElse(null);
    if (any == null) {
      return false;
    }
    boolean other = !any.hello().degrees().equals(hello.degrees());
    if (other && ranks.values().stream().anyMatch(rank -> !rank.gone())) {
      throw new UserError(
          "Rank %d says that the job has %s, but rank %d says %s."
              .formatted(hello.rank(), hello.degrees(), any.hello().rank(), any.hello().degrees()));
    }
    return other || ranks.containsKey(hello.rank());
  }

  void clear() {
    ranks.values().forEach(SteeredRank::discardRecording);
    ranks.clear();
  }
}
