package perseus.control.server.job;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perseus.control.server.http.HttpError;
import perseus.extension.Extensions;
import perseus.io.UserError;

/**
 * Describes why a job has ended, and holds the answer to later calls of its ranks.
 *
 * @param isDone true if the scheduler has no more frequency schedules; false if the job has ended
 *     for another reason
 * @param error error with which the server answers later calls of the ranks
 */
record JobEnd(boolean isDone, HttpError error) {
  private static final Logger LOG = LoggerFactory.getLogger(JobEnd.class);

  /**
   * Error message for ranks if the scheduler has no more frequency schedules for the job. Clients
   * search for the word {@code profiling-done} in the error message.
   */
  private static final String DONE = "[profiling-done] The scheduler has no more rounds to run.";

  /** Returns a {@code JobEnd} for a job whose scheduler has no more frequency schedules. */
  static JobEnd done() {
    return new JobEnd(true, new HttpError(500, DONE));
  }

  /**
   * Returns a {@code JobEnd} for a job whose ranks do not report, although its scheduler needs
   * their reports.
   */
  static JobEnd withoutReports(String scheduler) {
    return new JobEnd(
        false,
        new HttpError(
            400,
            "The scheduler %s needs the times and energies that ranks report, but a job of Zeus reports none. Start the server with the scheduler PointSolution, Straggler or AllMaxFrequency; a client that does report must register its job with \"reports\": true."
                .formatted(scheduler)));
  }

  /**
   * Returns a {@code JobEnd} for a job whose scheduler has failed.
   *
   * @param problem words that follow "The scheduler" in the error message, such as "cannot start"
   */
  static JobEnd failed(String jobId, String problem, RuntimeException e) {
    if (e instanceof UserError) {
      return new JobEnd(false, new HttpError(400, e.getMessage()));
    }
    Optional<String> blamed = Extensions.blame(e);
    if (blamed.isPresent()) {
      LOG.error("Job {}: the scheduler {}: {}", jobId, problem, blamed.get());
      return new JobEnd(false, new HttpError(500, blamed.get()));
    }
    LOG.error(
        "Job {}: the scheduler {}, because of an error in the server: {}. The job gets no more schedules; register it again. PERSEUS_JAVA_OPTS=-Dorg.slf4j.simpleLogger.defaultLogLevel=debug shows the stack trace.",
        jobId,
        problem,
        e.toString());
    LOG.debug("Job {}: stack trace", jobId, e);
    return new JobEnd(false, new HttpError(500, "The scheduler " + problem + ": " + e));
  }

  /** Returns a {@code JobEnd} for a job that no client has called for too long. */
  static JobEnd idle(String jobId) {
    return new JobEnd(
        false, new HttpError(404, "Job " + jobId + " was idle for too long and was removed."));
  }

  /** Returns the state of the job on the web page: {@code done} or {@code failed}. */
  String state() {
    return isDone ? "done" : "failed";
  }
}
