package perseus.control.server.job;

import perseus.control.Scheduler;
import perseus.control.policy.Straggler;
import perseus.control.protocol.Bodies;
import perseus.control.server.http.Fields;
import perseus.control.server.http.HttpError;
import perseus.io.UserError;

/**
 * Holds the values of a call which says that a pipeline of a job is slow (a straggler).
 *
 * @param pipeline index of the data-parallel pipeline
 * @param degree iteration time of the pipeline divided by its usual iteration time
 */
record StragglerCall(int pipeline, double degree) {
  /**
   * @throws HttpError if a field of the body is missing
   */
  static StragglerCall of(Bodies.StragglerBody body) {
    return new StragglerCall(
        Fields.required("pipeline", body.pipeline()), Fields.required("degree", body.degree()));
  }

  /**
   * Passes the degree (slowdown factor) of the slow pipeline to the scheduler of a job.
   *
   * @param pipelines number of data-parallel pipelines of the job
   * @throws HttpError if the scheduler ignores slow pipelines, or if the pipeline or its degree is
   *     not valid
   */
  void tell(Scheduler scheduler, String jobId, int pipelines) {
    if (!(scheduler instanceof Straggler straggler)) {
      throw new HttpError(
          409,
          "Job %s runs the scheduler %s, which does not react to stragglers; the scheduler Straggler does."
              .formatted(jobId, scheduler.name()));
    }
    try {
      straggler.setDegree(pipeline, degree);
    } catch (UserError e) {
      boolean hasPipeline = pipeline >= 0 && pipeline < pipelines;
      throw HttpError.field(hasPipeline ? "degree" : "pipeline", e.getMessage());
    }
  }
}
