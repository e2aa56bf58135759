package perseus.control.server.job;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perseus.control.server.http.HttpError;
import perseus.io.UserError;

/**
 * The reason why a job has ended.
 *
 * @param isDone whether all rounds have run; false if the job has failed or was idle for too long
 * @param error answer to every further fetch
 */
record JobEnd(boolean isDone, HttpError error) {
  private static final Logger LOG = LoggerFactory.getLogger(JobEnd.class);

  /** Clients look for the word in brackets. */
  private static final String DONE = "[profiling-done] The scheduler has no more rounds to run.";

  /** Returns the end of a job whose rounds have all run. */
  static JobEnd done() {
    return new JobEnd(true, new HttpError(500, DONE));
  }

  /**
   * Returns the end of a job whose scheduler has failed.
   *
   * @param problem what the scheduler could not do, as the rest of a sentence
   */
  static JobEnd failed(String jobId, String problem, RuntimeException e) {
    if (e instanceof UserError) {
      return new JobEnd(false, new HttpError(400, e.getMessage()));
    }
    LOG.error("The scheduler of {} {}.", jobId, problem, e);
    return new JobEnd(false, new HttpError(500, "The scheduler " + problem + ": " + e));
  }

  /** Returns the end of a job that was idle for too long. */
  static JobEnd idle(String jobId) {
    return new JobEnd(
        false, new HttpError(404, "Job " + jobId + " was idle for too long and was removed."));
  }

  /** Returns the state of the job, as the web page shows it. */
  String state() {
    return isDone ? "done" : "failed";
  }
}
