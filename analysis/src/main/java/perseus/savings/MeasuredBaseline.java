package perseus.savings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import perseus.io.Named;
import perseus.io.UserError;

/**
 * Finds the baseline of a job whose iterations a plan server measured. The baseline is all-max, an
 * iteration in which every operation runs at the highest frequency. The class takes the baseline
 * from a table of iterations that were measured under different power limits ({@link
 * PowerLimitSweep}).
 *
 * <p>A row of the table belongs to the measured job only if no known fact, such as the number of
 * microbatches, differs. If the table names models, the model of the measured job must be known.
 * The model of the measured job comes from the measurements or from the user. If neither the
 * measurements nor the user name the model, the class takes the only job in the table with similar
 * time and energy. The measured job must agree with the baseline in the table: its iterations at
 * the highest frequency must take about the same time and energy.
 *
 * @param iteration time and energy of the baseline
 * @param notes notes for the user about the choice of the baseline, one sentence each
 */
public record MeasuredBaseline(Iteration iteration, List<String> notes) {
  /**
   * Maximum relative difference in time or energy between the baseline in the table and the
   * measured warm-up iterations. With a larger difference, the table is refused.
   */
  private static final double REFUSED = 0.2;

  /**
   * Relative difference in time or energy between the baseline in the table and the measured
   * warm-up iterations, above which the user gets a warning.
   */
  private static final double DOUBTED = 0.015;

  /**
   * Maximum relative difference in time or energy between the baseline of a job and the measured
   * warm-up iterations. With a larger difference, the job is not the measured job.
   */
  private static final double EQUAL = 0.01;

  /**
   * Finds the baseline (every operation at the highest frequency) of a measured job.
   *
   * @param table table of power limits, see {@link PowerLimitSweep}
   * @param dumps measurements of one job, at least one
   * @param model name of the model, if the user gave it; otherwise null
   * @throws UserError if the table is unreadable, or does not contain exactly one job that fits the
   *     measurements
   */
  public static MeasuredBaseline find(Path table, List<ServerDump> dumps, String model) {
    Map<JobFacts, Iteration> jobs = PowerLimitSweep.read(table);
    List<String> notes = new ArrayList<>();
    Set<JobFacts> found = new LinkedHashSet<>();
    for (ServerDump dump : dumps) {
      JobFacts job = job(table, jobs, dump, model, notes);
      found.add(job);
      compare(table, jobs.get(job), dump, notes);
    }
    if (found.size() > 1) {
      throw new UserError(
          "%s and %s are of different jobs: %s."
              .formatted(
                  dumps.get(0).directory(),
                  dumps.get(1).directory(),
                  found.stream().map(JobFacts::toString).collect(Collectors.joining("; "))));
    }
    return new MeasuredBaseline(jobs.get(found.iterator().next()), notes);
  }

  private static JobFacts job(
      Path table,
      Map<JobFacts, Iteration> jobs,
      ServerDump dump,
      String model,
      List<String> notes) {
    JobFacts facts = dump.job().facts();
    if (model != null) {
      facts = facts.with(JobFacts.MODEL, model);
    }
    List<String> models = jobs.keySet().stream().map(JobFacts::model).distinct().toList();
    if (facts.model() == null && !models.contains(null)) {
      facts = withNamedModel(facts, dump, models);
    }
    List<JobFacts> fitting = new ArrayList<>();
    for (JobFacts job : jobs.keySet()) {
      if (job.difference(facts).isEmpty()) {
        fitting.add(job);
      }
    }
    if (fitting.isEmpty()) {
      throw noneFits(table, jobs, dump, facts);
    }
    if (facts.model() == null && fitting.stream().anyMatch(job -> job.model() != null)) {
      JobFacts equal = onlyEqual(table, jobs, dump, fitting);
      notes.add(
          "%s: assuming that the model is %s, which %s names, because its all-max and the warm-ups agree; --model overrides this."
              .formatted(dump.directory(), equal.model(), table));
      return equal;
    }
    if (fitting.size() > 1) {
      throw new UserError(
          "%s has several jobs that may be that of %s: %s. Leave only its rows in the table."
              .formatted(
                  table,
                  dump.directory(),
                  fitting.stream().map(JobFacts::toString).collect(Collectors.joining("; "))));
    }
    return fitting.get(0);
  }

  /**
   * Adds the name of the model to the facts. The name comes from texts about the job, such as the
   * name of its directory ({@link DumpedJob}). If the first text with a model name contains several
   * model names, the method adds nothing.
   */
  private static JobFacts withNamedModel(JobFacts facts, ServerDump dump, List<String> models) {
    for (String text : dump.job().texts()) {
      List<String> named = JobFacts.named(text, models);
      if (named.size() == 1) {
        return facts.with(JobFacts.MODEL, named.get(0));
      }
      if (named.size() > 1) {
        return facts;
      }
    }
    return facts;
  }

  private static UserError noneFits(
      Path table, Map<JobFacts, Iteration> jobs, ServerDump dump, JobFacts facts) {
    List<String> differences =
        jobs.keySet().stream()
            .map(
                job -> {
                  String name = job.difference(facts).orElseThrow();
                  return "%s, not %s".formatted(job.named(name), facts.named(name));
                })
            .distinct()
            .toList();
    return new UserError(
        "%s contains no all-max of the job in %s: its rows are of %s."
            .formatted(table, dump.directory(), String.join("; of ", differences)));
  }

  /**
   * Returns the only job of the table that took nearly the same time and energy as the measured
   * warm-up iterations.
   *
   * @throws UserError if no job or several jobs are found, or if the table does not name the model
   *     of the found job
   */
  private static JobFacts onlyEqual(
      Path table, Map<JobFacts, Iteration> jobs, ServerDump dump, List<JobFacts> fitting) {
    List<JobFacts> equal =
        fitting.stream().filter(job -> difference(jobs.get(job), dump.allMax()) <= EQUAL).toList();
    if (equal.size() == 1 && equal.get(0).model() != null) {
      return equal.get(0);
    }
    List<String> models =
        fitting.stream().map(JobFacts::model).filter(Objects::nonNull).distinct().toList();
    throw new UserError(
        "%s names %s, but nothing in %s names the model that was measured; give --model."
            .formatted(table, Named.list(models), dump.directory()));
  }

  private static void compare(Path table, Iteration allMax, ServerDump dump, List<String> notes) {
    Iteration warmUp = dump.allMax();
    if (warmUp == null) {
      notes.add(
          "warning: %s no longer holds the warm-ups, so nothing shows that %s is of the same job."
              .formatted(dump.directory(), table));
      return;
    }
    double difference = difference(allMax, warmUp);
    if (difference <= DOUBTED) {
      return;
    }
    String sentence =
        String.format(
            Locale.ROOT,
            "%s says that an iteration of all-max takes %.3f s and %.1f J, but in %s the warm-ups at the highest frequency took %.3f s and %.1f J",
            table,
            allMax.timeSeconds(),
            allMax.energyJoules(),
            dump.directory(),
            warmUp.timeSeconds(),
            warmUp.energyJoules());
    if (difference > REFUSED) {
      throw new UserError(
          sentence + "; they are of different jobs. Give the table of this job with --baseline.");
    }
    notes.add("warning: " + sentence + ".");
  }

  /**
   * Returns the larger of two relative differences: between the times and between the energies of
   * two iterations. Returns infinity if {@code other} is null.
   */
  private static double difference(Iteration one, Iteration other) {
    if (other == null) {
      return Double.POSITIVE_INFINITY;
    }
    return Math.max(
        Math.abs(one.timeSeconds() / other.timeSeconds() - 1),
        Math.abs(one.energyJoules() / other.energyJoules() - 1));
  }
}
