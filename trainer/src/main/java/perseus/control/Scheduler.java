package perseus.control;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Decides, round by round, which frequencies a job runs at. One instance serves one job; it is told
 * the results of each round before it is asked for the next.
 */
public interface Scheduler {
  /**
   * Watches over what the scheduler depends on, such as a server, while there is a round to come or
   * to observe.
   *
   * @param gone takes a sentence, on another thread, as soon as that is gone
   */
  default void watch(Consumer<String> gone) {}

  /** The name in job ids and dumps. */
  String name();

  /** What it was made with, by the names that {@code --scheduler-args} uses. */
  Map<String, Object> args();

  /** The next round; empty when there is no more to run. */
  Optional<Round> next();

  /** Takes note of what {@code round} came to. */
  default void observe(Round round, RoundResults results) {}

  /** How many rounds there will be at most. */
  int rounds();

  /** Whether it wants to see single instructions in the results. */
  default boolean readsBreakdowns() {
    return false;
  }

  /** What it has found out so far: texts by file name, to be kept beside the dump. */
  default Map<String, String> findings() {
    return Map.of();
  }

  /** Makes the scheduler of a job once its ranks are known. */
  @FunctionalInterface
  interface Factory {
    /**
     * @param ranks all ranks of the job, in their order
     * @throws perseus.io.UserError if the scheduler does not fit the job
     */
    Scheduler create(JobInfo job, List<RankInfo> ranks);
  }
}
