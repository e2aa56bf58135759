package perseus.control;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Defines the interface of all schedulers: a scheduler chooses the frequency schedules of the next
 * round of a job, after it has received the results of the previous round. A round consists of
 * consecutive iterations during which the frequency schedules do not change. Each instance of a
 * scheduler serves one job.
 */
public interface Scheduler {
  /**
   * Starts to watch an external service that the scheduler depends on, such as a plan server. The
   * scheduler stops watching the external service when it has no more frequency schedules for the
   * job.
   *
   * @param lost function that receives an error message as soon as the external service is lost;
   *     the scheduler calls the function on another thread
   */
  default void watch(Consumer<String> lost) {}

  /**
   * Returns the scheduler's name. Job ids and state dumps (JSON files with schedules and results)
   * contain the scheduler's name.
   */
  String name();

  /**
   * Returns the scheduler's arguments as a map from the name of an argument to its value. State
   * dumps contain the arguments of the scheduler.
   */
  Map<String, Object> args();

  /**
   * Returns the frequency schedules of the next round (iterations under one frequency schedule).
   * Returns an empty {@code Optional} if the job has run its last round. The caller must pass the
   * results of each round to {@link #observe} before it asks for the next round.
   */
  Optional<Round> next();

  /**
   * Receives the times and energies that the ranks measured in a round (iterations under one
   * frequency schedule).
   */
  default void observe(Round round, RoundResults results) {}

  /**
   * Returns whether the scheduler has chosen other schedules since the current round (iterations
   * under one frequency schedule) began. If the method returns true, a job whose ranks do not
   * report must ask for the next round.
   */
  default boolean hasChanged() {
    return false;
  }

  /**
   * Returns the maximum number of rounds (groups of iterations under one frequency schedule) that
   * the scheduler runs in its job.
   */
  int rounds();

  /**
   * Returns whether the scheduler needs the times of single instructions in the results of a round
   * (iterations under one frequency schedule).
   */
  default boolean readsBreakdowns() {
    return false;
  }

  /**
   * Returns the results that the scheduler itself has computed so far, as names and texts of files.
   * Each key of the returned map is the name of a file, and the value of the key is the text of
   * this file. The caller writes the files with the scheduler's results into the state dump of the
   * job.
   */
  default Map<String, String> findings() {
    return Map.of();
  }

  /**
   * Returns plans that the scheduler has made since the last call, for the job's state dump (JSON
   * files with schedules and results).
   */
  default Optional<NewPlans> takeNewPlans() {
    return Optional.empty();
  }

  /** Returns the sentences for the log that the scheduler has written since the last call. */
  default List<String> takeNotices() {
    return List.of();
  }

  /** Stops all background work of the scheduler, because its job has ended. */
  default void close() {}

  /** Creates the scheduler of a job, after all ranks of the job are known. */
  @FunctionalInterface
  interface Factory {
    /**
     * @param ranks all ranks of the job, sorted by global rank
     * @throws perseus.io.UserError if the scheduler cannot run the job
     */
    Scheduler create(JobInfo job, List<RankInfo> ranks);
  }
}
