package perseus.control.server;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import perseus.control.server.job.Job;
import perseus.control.server.job.JobView;

/** Formats the plan server's metrics as text in the format of Prometheus. */
final class Metrics {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private Metrics() {}

  static String text(Collection<Job> jobs) {
    List<JobView> views = jobs.stream().map(Job::view).toList();
    StringBuilder text = new StringBuilder();
    head(text, "perseus_jobs", "gauge", "Jobs that the server knows.");
    text.append("perseus_jobs ").append(views.size()).append('\n');
    perJob(
        text,
        views,
        "perseus_schedules_served_total",
        "counter",
        "Schedules served to ranks.",
        view -> (double) view.schedulesServed());
    perJob(
        text,
        views,
        "perseus_waiting_ranks",
        "gauge",
        "Ranks that wait for a schedule.",
        view -> (double) view.waiting());
    perJob(
        text,
        views,
        "perseus_iteration_seconds",
        "gauge",
        "Iteration time under the latest frequency schedule, in seconds.",
        view -> view.last() == null ? null : view.last().timeS());
    perJob(
        text,
        views,
        "perseus_iteration_joules",
        "gauge",
        "Iteration energy under the latest frequency schedule, over all ranks, in joules.",
        view -> view.last() == null ? null : view.last().energyJ());
    perJob(
        text,
        views,
        "perseus_silent_seconds",
        "gauge",
        "Time since a client last called about the job.",
        JobView::silentSeconds);
    return text.toString();
  }

  private static void perJob(
      StringBuilder text,
      List<JobView> views,
      String name,
      String type,
      String help,
      Function<JobView, Double> value) {
    head(text, name, type, help);
    for (JobView view : views) {
      Double number = value.apply(view);
      if (number != null) {
        // Job ids contain no characters that Prometheus requires to be escaped.
        text.append(name).append("{job=\"").append(view.id());
        text.append(view.info().simulated() ? "\",simulated=\"true\"} " : "\"} ");
        text.append(number).append('\n');
      }
    }
  }

  private static void head(StringBuilder text, String name, String type, String help) {
    text.append(String.format(Locale.ROOT, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type));
  }
}
