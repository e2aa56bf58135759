package perseus.control;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Chooses the frequencies of a job, round by round. An instance serves one job. It receives the
 * results of a round before it is asked for the next one.
 */
public interface Scheduler {
  /**
   * Starts to watch what the scheduler depends on, such as a plan server. Watching ends with the
   * last round.
   *
   * @param lost receives a sentence, on another thread, as soon as it is lost
   */
  default void watch(Consumer<String> lost) {}

  /** Returns the scheduler's name, which job ids and dumps contain. */
  String name();

  /** Returns the scheduler's arguments by name, as dumps contain them. */
  Map<String, Object> args();

  /** Returns the next round; empty after the last one. */
  Optional<Round> next();

  /** Receives the results of a round. */
  default void observe(Round round, RoundResults results) {}

  /** Returns the maximum number of rounds. */
  int rounds();

  /** Returns whether results must contain the times of single instructions. */
  default boolean readsBreakdowns() {
    return false;
  }

  /** Returns what the scheduler has found so far, as texts by file name, to be dumped. */
  default Map<String, String> findings() {
    return Map.of();
  }

  /** Creates the scheduler of a job when all its ranks are known. */
  @FunctionalInterface
  interface Factory {
    /**
     * @param ranks all ranks of the job, in their order
     * @throws perseus.io.UserError if the scheduler does not fit the job
     */
    Scheduler create(JobInfo job, List<RankInfo> ranks);
  }
}
