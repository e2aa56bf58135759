package perseus.control.server.job;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perseus.control.server.http.HttpError;
import perseus.io.UserError;

/**
 * Describes why a job has ended and holds the answer to later calls of its ranks.
 *
 * @param isDone true if all rounds have run; false if the job has failed or was idle for too long
 * @param error answer to every later fetch or report of a rank
 */
record JobEnd(boolean isDone, HttpError error) {
  private static final Logger LOG = LoggerFactory.getLogger(JobEnd.class);

  /** Error message that ranks get after the last round. Clients search for the word in brackets. */
  private static final String DONE = "[profiling-done] The scheduler has no more rounds to run.";

  /** Describes the end of a job that has run all its rounds. */
  static JobEnd done() {
    return new JobEnd(true, new HttpError(500, DONE));
  }

  /**
   * Describes the end of a job whose scheduler has failed.
   *
   * @param problem end of the sentence "The scheduler ...", such as "cannot start"
   */
  static JobEnd failed(String jobId, String problem, RuntimeException e) {
    if (e instanceof UserError) {
      return new JobEnd(false, new HttpError(400, e.getMessage()));
    }
    LOG.error("The scheduler of {} {}.", jobId, problem, e);
    return new JobEnd(false, new HttpError(500, "The scheduler " + problem + ": " + e));
  }

  /** Describes the end of a job that was idle for too long. */
  static JobEnd idle(String jobId) {
    return new JobEnd(
        false, new HttpError(404, "Job " + jobId + " was idle for too long and was removed."));
  }

  /** Returns the state of the job in the words of the web page. */
  String state() {
    return isDone ? "done" : "failed";
  }
}
