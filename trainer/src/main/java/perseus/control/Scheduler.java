package perseus.control;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Defines the interface of all schedulers. A scheduler chooses the frequency schedules of a job,
 * and may use the job's measured times and energies. A round is a sequence of consecutive
 * iterations during which the frequency schedules do not change. Each {@code Scheduler} object
 * serves one job.
 */
public interface Scheduler {
  /**
   * Starts to watch an external service that the scheduler depends on, such as a plan server. The
   * scheduler no longer watches the external service when it has no more frequency schedules for
   * the job.
   *
   * @param lost function that receives an error message when the external service is lost; another
   *     thread may call it
   */
  default void watch(Consumer<String> lost) {}

  /**
   * Returns the scheduler's name. Job ids and state dumps (JSON files with schedules and results)
   * contain the scheduler's name.
   */
  String name();

  /**
   * Returns the scheduler's arguments as a map from the name of an argument to its value. State
   * dumps (JSON files) contain the arguments of the scheduler.
   */
  Map<String, Object> args();

  /**
   * Returns the frequency schedules of the next round (sequence of iterations under the same
   * frequency schedules). Returns an empty {@code Optional} if there are no more frequency
   * schedules. The caller must pass the measured results to {@link #observe} before it asks for the
   * next frequency schedules.
   */
  Optional<Round> next();

  /**
   * Receives the times and energies that the ranks measured under the latest frequency schedules.
   */
  default void observe(Round round, RoundResults results) {}

  /**
   * Returns whether the scheduler has chosen new frequency schedules since the caller last asked
   * for schedules. If {@code hasChanged} returns true, a job whose ranks report no measurements
   * must ask for the new frequency schedules.
   */
  default boolean hasChanged() {
    return false;
  }

  /**
   * Returns the maximum number of frequency schedules that the scheduler chooses for each rank of
   * its job.
   */
  int rounds();

  /** Returns whether the scheduler needs the measured times of single instructions. */
  default boolean readsBreakdowns() {
    return false;
  }

  /**
   * Returns the results that the scheduler has computed so far, as names and texts of files. Each
   * key of the returned map is the name of a file, and each value is the text of the file. The
   * caller writes the returned files into the state dump (JSON files with schedules and results) of
   * the job.
   */
  default Map<String, String> findings() {
    return Map.of();
  }

  /**
   * Returns the plans that the scheduler has made since the previous call of {@code takeNewPlans}.
   */
  default Optional<NewPlans> takeNewPlans() {
    return Optional.empty();
  }

  /**
   * Returns the sentences for the log that the scheduler has written since the previous call of
   * {@code takeNotices}.
   */
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
