package perseus.control;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Defines the interface of all schedulers: a scheduler chooses the frequency schedules of the next
 * round of a job, after it has received the results of the previous round. A round is a number of
 * iterations during which the schedules do not change. An instance serves one job.
 */
public interface Scheduler {
  /**
   * Starts to watch an external service that the scheduler depends on, such as a plan server. The
   * watch ends with the last round.
   *
   * @param lost receives an error message as soon as the service is lost; called on another thread
   */
  default void watch(Consumer<String> lost) {}

  /** Returns the scheduler's name. Job ids and dumps contain this name. */
  String name();

  /** Returns the scheduler's arguments by name. Dumps contain these arguments. */
  Map<String, Object> args();

  /**
   * Returns the next round. The result is empty after the last round. The caller passes the results
   * of each round to {@link #observe} before it calls this method again.
   */
  Optional<Round> next();

  /** Receives the results of a round. */
  default void observe(Round round, RoundResults results) {}

  /** Returns the maximum number of rounds. */
  int rounds();

  /** Returns whether the results of a round must contain the times of single instructions. */
  default boolean readsBreakdowns() {
    return false;
  }

  /**
   * Returns the results that the scheduler itself has computed so far. The keys of the map are file
   * names, and the values are the texts of these files. The files are written into the job's dump.
   */
  default Map<String, String> findings() {
    return Map.of();
  }

  /** Creates the scheduler of a job, after all ranks of the job are known. */
  @FunctionalInterface
  interface Factory {
    /**
     * @param ranks all ranks of the job, in the order of their numbers
     * @throws perseus.io.UserError if the scheduler cannot run the job
     */
    Scheduler create(JobInfo job, List<RankInfo> ranks);
  }
}
