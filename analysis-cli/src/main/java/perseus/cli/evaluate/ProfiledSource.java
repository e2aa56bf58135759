package perseus.cli.evaluate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import perseus.attribution.Attributions;
import perseus.attribution.result.Attributed;
import perseus.cli.common.OutputFile;
import perseus.io.Progress;
import perseus.io.UserError;
import perseus.planfile.PlanCatalog;
import perseus.planfile.PlannedProblem;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileBuilder;
import perseus.profile.StageProfile;
import perseus.recording.Recording;
import perseus.recording.run.RecordingOptions;
import perseus.recording.run.RunManifest;

/**
 * Holds the profile of one workload (training job). The source of the profile is a recording, a
 * directory of plans or a stage profile that the user named.
 *
 * @param profile stage profile that contains the blocking power (power of a GPU that waits)
 * @param problem planning problem of the directory of plans; empty if the user named no directory
 *     of plans
 * @param run description of the recorded run; empty if the user named no recording
 */
record ProfiledSource(
    Path path, StageProfile profile, Optional<PlanningProblem> problem, Optional<RunManifest> run) {

  /**
   * Reads the profile from a recording, a directory of plans or a stage profile.
   *
   * @throws UserError if the file or directory cannot be read
   */
  static ProfiledSource read(Path named, ProblemReader problems, Progress progress) {
    Path path = PlanCatalog.directory(named);
    if (!Files.exists(path)) {
      throw new UserError(path + " does not exist.");
    }
    if (!Files.isDirectory(path)) {
      return new ProfiledSource(path, problems.read(path), Optional.empty(), Optional.empty());
    }
    if (isPlans(path)) {
      PlannedProblem planned = PlannedProblem.read(path);
      return new ProfiledSource(
          path, planned.profile(), Optional.of(planned.problem()), Optional.empty());
    }
    Recording recording = Recording.open(List.of(path), RecordingOptions.NONE);
    Attributed attributed = Attributions.DECONVOLUTION.attribute(recording, progress);
    StageProfile profile = ProfileBuilder.join(recording, attributed, false);
    return new ProfiledSource(
        path, profile, Optional.empty(), Optional.ofNullable(recording.manifest()));
  }

  private static boolean isPlans(Path directory) {
    return Files.exists(directory.resolve(PlanCatalog.FILE_NAME));
  }

  /**
   * Refuses to run the command if the file {@code output} would replace a file of the source {@code
   * named}.
   */
  static void requireStays(Path named, OutputFile output, Path file) {
    Path path = PlanCatalog.directory(named);
    if (!Files.isDirectory(path)) {
      output.requireOtherThan(StageProfile.files(path));
    } else if (isPlans(path)) {
      output.requireNoneOfPlans(path);
    } else if (Recording.isLog(file)) {
      throw output.wrong("%s belongs to a recording; write elsewhere".formatted(file));
    }
  }

  /**
   * Returns the name of the profile's model. If the model is unknown, the method returns the name
   * of the file or directory.
   */
  String name() {
    String model = profile.notes().model();
    if (model != null && !model.isBlank()) {
      return model;
    }
    Path name = path.toAbsolutePath().normalize().getFileName();
    return name == null ? path.toString() : name.toString().replaceFirst("\\.csv$", "");
  }

  /**
   * Returns the planning problem with the number of microbatches that was recorded or planned.
   *
   * @param given number of microbatches for profiles that do not contain this number; null if the
   *     user gave no number
   * @throws UserError if the number of microbatches is unknown
   */
  PlanningProblem ownProblem(Integer given) {
    if (problem.isPresent()) {
      return problem.get();
    }
    Integer known = profile.notes().numMicrobatches();
    Integer microbatches = known == null ? given : known;
    if (microbatches == null) {
      throw new UserError(
          path + " does not say how many microbatches an iteration has; give --num-microbatches.");
    }
    return ProblemReader.problem(profile, microbatches);
  }
}
