package perseus.cli.evaluate;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import perseus.evaluation.AllMaxComparison;
import perseus.evaluation.EvaluatedWorkload;
import perseus.evaluation.Evaluation;
import perseus.evaluation.PaperWorkload;
import perseus.evaluation.ProfileEvaluation;
import perseus.evaluation.PublishedEvaluation;
import perseus.evaluation.published.EmulatedProfile;
import perseus.evaluation.published.MeasuredAllMax;
import perseus.evaluation.published.MeasuredJob;
import perseus.evaluation.published.PublishedData;
import perseus.io.Progress;
import perseus.io.UserError;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.recording.run.RunManifest;
import perseus.savings.Iteration;

/**
 * Reads the workloads (training jobs) of an evaluation and makes plans for them, one workload after
 * the other.
 */
final class EvaluationBuilder {
  private final List<String> notes = new ArrayList<>();
  private final PrintWriter err;
  private final ProblemReader problems;
  private final Progress progress;
  private final List<EvaluatedWorkload> trained = new ArrayList<>();
  private final List<EvaluatedWorkload> emulated = new ArrayList<>();
  private final List<AllMaxComparison> compared = new ArrayList<>();
  private List<MeasuredAllMax> allMax = List.of();

  /**
   * @param err writer to which notes and warnings are printed
   * @param blockingWatts power of one waiting GPU in watts, for profiles that do not contain this
   *     power; null if the user gave no power
   */
  EvaluationBuilder(PrintWriter err, Double blockingWatts, Progress progress) {
    this.err = err;
    this.problems = new ProblemReader(this::note, blockingWatts);
    this.progress = progress;
  }

  private void note(String sentence) {
    err.println(sentence);
    notes.add(sentence);
  }

  void addPublished(Path directory) {
    PublishedData data = PublishedData.read(directory, problems::blockingWatts);
    for (MeasuredJob job : data.jobs()) {
      job.notes().forEach(this::note);
      trained.add(PublishedEvaluation.of(job));
    }
    int done = 0;
    for (EmulatedProfile profile : data.profiles()) {
      emulated.addAll(
          naming(
              profile.profile(),
              () ->
                  PublishedEvaluation.of(
                      profile, problems.read(profile.profile()), ProblemReader::problem)));
      progress.step("planning published profiles", ++done, data.profiles().size());
    }
    allMax = data.allMax();
  }

  /**
   * Adds the profile of a workload (training job).
   *
   * @param numMicrobatches number of microbatches for profiles that do not contain this number;
   *     null if the user gave no number
   */
  void add(Path path, Integer numMicrobatches) {
    ProfiledSource source = naming(path, () -> ProfiledSource.read(path, problems, progress));
    source.profile().notes().warnings().forEach(w -> note("warning: %s: %s".formatted(path, w)));
    String model = String.valueOf(source.profile().notes().model());
    if (PaperWorkload.isEmulated(model) && source.problem().isEmpty()) {
      for (int microbatches : PaperWorkload.EMULATED_MICROBATCHES) {
        emulated.add(
            naming(
                path,
                () ->
                    evaluated(
                        source,
                        ProblemReader.problem(source.profile(), microbatches),
                        PaperWorkload.pipelines(microbatches))));
      }
      return;
    }
    PlanningProblem problem = naming(path, () -> source.ownProblem(numMicrobatches));
    EvaluatedWorkload workload = naming(path, () -> evaluated(source, problem, 1));
    trained.add(placeOf(workload), workload);
    source.run().ifPresent(run -> compare(workload, problem, run));
  }

  private static EvaluatedWorkload evaluated(
      ProfiledSource source, PlanningProblem problem, int pipelines) {
    return ProfileEvaluation.of(source.name(), problem, source.profile().notes(), pipelines);
  }

  /**
   * Returns the index in {@code trained} at which a workload is inserted. The index is after the
   * last workload of the same model, or at the end of the list.
   */
  private int placeOf(EvaluatedWorkload workload) {
    for (int i = trained.size() - 1; i >= 0; i--) {
      if (trained.get(i).name().startsWith(workload.name())) {
        return i + 1;
      }
    }
    return trained.size();
  }

  private void compare(EvaluatedWorkload workload, PlanningProblem problem, RunManifest run) {
    Plan computed = Plan.allMax(problem);
    allMax.stream()
        .filter(measured -> measured.isSameJob(run))
        .forEach(
            measured ->
                compared.add(
                    new AllMaxComparison(
                        workload.name(),
                        workload.gpu(),
                        workload.policies().get(0).origin(),
                        measured.iteration(),
                        new Iteration(computed.timeSeconds(), computed.energyJoules()))));
  }

  private interface Work<T> {
    T run();
  }

  /**
   * Runs the function {@code work}, which uses the file or directory at the given path. If {@code
   * work} fails with an error message that does not contain the path, the path is added to the
   * message.
   */
  private static <T> T naming(Path source, Work<T> work) {
    try {
      return work.run();
    } catch (UserError e) {
      throw e.getMessage().contains(source.toString())
          ? e
          : new UserError("%s: %s".formatted(source, e.getMessage()), e);
    }
  }

  Evaluation evaluation() {
    return new Evaluation(trained, emulated, compared, notes);
  }
}
