package perseus.control.replan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.control.NewPlans;
import perseus.control.StagePlan;
import perseus.io.AtomicFiles;
import perseus.io.UserError;
import perseus.planfile.EarlierDirectory;
import perseus.planfile.FrequencyPlan;
import perseus.planfile.Goal;
import perseus.planfile.PlanCatalog;
import perseus.planfile.PlanDirectory;
import perseus.planfile.PlanFormat;
import perseus.planfile.PlanSummary;
import perseus.planfile.PlannedProblem;
import perseus.planner.Planners;
import perseus.planner.problem.EarlierPlans;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;
import perseus.profile.StageProfile;

/**
 * Holds the frequency plans that a job runs, and the planning problem that they solve.
 *
 * @param number how many times new plans were made; 0 for the plans that the user gave
 * @param catalog the frequency plans with their predicted times and energies
 * @param profile profile of the stages from which the plans were made
 * @param plans the frequency plans, in the order of {@code catalog}
 * @param notes remarks and warnings in the profile that the user gave
 * @param dag contents of the user's file with the pipeline schedule; null if the user named a known
 *     schedule
 * @param made new plans and the summary that is written with them; null for the plans that the user
 *     gave
 */
record PresentPlans(
    int number,
    PlanCatalog catalog,
    StageProfile profile,
    EarlierPlans plans,
    ProfileNotes notes,
    String dag,
    Made made) {

  record Made(Frontier frontier, PlanSummary summary) {}

  /**
   * Reads the frequency plans of a directory.
   *
   * @throws UserError if a file of the directory is missing or wrong, or if another planner than
   *     Perseus has made the plans
   */
  static PresentPlans read(Path directory) {
    PlannedProblem read = PlannedProblem.read(directory);
    String planner = Planners.PERSEUS.name();
    if (!planner.equals(read.catalog().planner())) {
      throw new UserError(
          "The plans in %s come from the planner %s, but replan_tolerance needs plans of the planner %s."
              .formatted(directory, read.catalog().planner(), planner));
    }
    ProfileNotes notes = read.profile().notes();
    return new PresentPlans(
        0,
        read.catalog(),
        read.profile(),
        EarlierDirectory.read(directory, read.problem(), notes.model()),
        notes,
        dag(directory.resolve(PlannedProblem.DAG_FILE_NAME)),
        null);
  }

  private static String dag(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : null;
    } catch (IOException e) {
      throw AtomicFiles.unreadable(file, e);
    }
  }

  PlanningProblem problem() {
    return plans.plans().get(0).problem();
  }

  Plan plan(PlanCatalog.Entry entry) {
    return plans.plans().get(catalog.plans().indexOf(entry));
  }

  /**
   * Returns the clocks of every frequency plan. The name of a frequency plan is the path of its
   * file in the state dump of the job.
   */
  Map<PlanCatalog.Entry, StagePlan> stagePlans() {
    Map<PlanCatalog.Entry, StagePlan> stagePlans = new LinkedHashMap<>();
    for (PlanCatalog.Entry entry : catalog.plans()) {
      Path file = Path.of(entry.file()).getFileName();
      stagePlans.put(
          entry,
          new StagePlan(
              NewPlans.directory(number) + "/" + file,
              FrequencyPlan.of(plan(entry)).frequenciesMhz(),
              profile.notes().model(),
              catalog.simulated()));
    }
    return stagePlans;
  }

  /**
   * Returns the number of GPUs of each stage. An energy in the profile is the sum over these GPUs.
   */
  int[] gpus() {
    int[] gpus = new int[profile.stages()];
    for (int s = 0; s < gpus.length; s++) {
      gpus[s] = profile.gpus(s);
    }
    return gpus;
  }

  /**
   * Returns the profile with times and energies that were corrected by the measurements of the job.
   */
  StageProfile rescaled(Drift drift, boolean simulated) {
    ProfileNotes marked = simulated ? notes.onSimulatedGpus() : notes;
    return new StageProfile(
        drift.rescale(profile.rows()),
        marked.withWarning(
            "Times and energies were rescaled by the measurements of a job while it ran (%d times)."
                .formatted(number + 1)));
  }

  /**
   * Makes new frequency plans from a profile that was corrected by measurements. The planner starts
   * its search from the plans that the job runs now.
   *
   * @param degrees iteration times for which plans are needed, each divided by the iteration time
   *     at the highest clock
   * @throws java.util.concurrent.CancellationException if this thread is interrupted
   */
  PresentPlans replan(StageProfile rescaled, double[] degrees) {
    PlanningProblem changed = problem().withProfile(rescaled);
    double allMaxSeconds = Plan.allMax(changed).timeSeconds();
    double[] times = new double[degrees.length];
    for (int i = 0; i < times.length; i++) {
      times[i] = degrees[i] * allMaxSeconds;
    }
    PlanRequest request = new PlanRequest(plans.plans().size(), times).from(plans.in(changed));
    Frontier frontier = Planners.PERSEUS.plan(changed, request);
    List<String> warnings = new ArrayList<>(rescaled.notes().warnings());
    warnings.addAll(changed.warnings());
    warnings.addAll(frontier.warnings());
    PlanSummary summary =
        PlanSummary.of(frontier, rescaled, Planners.PERSEUS.name(), List.of(), warnings);
    return new PresentPlans(
        number + 1,
        PlanDirectory.catalog(frontier, summary),
        rescaled,
        EarlierPlans.of(frontier),
        notes,
        dag,
        new Made(frontier, summary));
  }

  /** Returns the plan that a pipeline runs if no pipeline is slow (a straggler). */
  Plan usualPlan() {
    return plan(new Goal.Straggler(1).choose(catalog));
  }

  /**
   * Returns the new plans for the state dump (JSON files with schedules and results) of the job.
   */
  NewPlans forDump() {
    return new NewPlans(number, catalog, profile.gpus(0), this::write);
  }

  private void write(Path directory) {
    PlanDirectory.write(
        directory,
        made.frontier,
        made.summary,
        PlanFormat.LOWTIME,
        temporary -> {
          if (dag != null) {
            Files.writeString(temporary.resolve(PlannedProblem.DAG_FILE_NAME), dag);
          }
          profile.write(temporary.resolve(PlannedProblem.PROFILE_FILE_NAME));
        });
  }
}
