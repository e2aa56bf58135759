package perseus.control.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import perseus.control.PipeInstruction;
import perseus.control.SchedulerChoice;
import perseus.control.SchedulerChoice.ComputationSource;
import perseus.control.StagePlan;
import perseus.io.AtomicFiles;
import perseus.io.JsonFiles;
import perseus.io.UserError;
import perseus.pipeline.Schedules;
import perseus.planfile.FrequencyPlan;
import perseus.planfile.PlanFile;
import perseus.planfile.PlannedProblem;

/**
 * Finds and reads plan files for schedulers. An argument of the scheduler contains the path of a
 * plan file or of a directory with plan files.
 */
final class SavedPlans {
  private SavedPlans() {}

  /**
   * Reads one plan file.
   *
   * @throws UserError if the plan file cannot be read
   */
  static StagePlan read(Path file) {
    return StagePlan.of(file, PlanFile.read(file));
  }

  /**
   * Reads one plan file, or all plan files of a directory in the order of the method {@link
   * #files}.
   *
   * @param reverse true if the plans are returned in reverse order
   * @throws UserError if a plan file cannot be read
   */
  static List<StagePlan> read(Path path, boolean reverse) {
    List<StagePlan> plans = new ArrayList<>();
    files(path).forEach(file -> plans.add(read(file)));
    if (reverse) {
      Collections.reverse(plans);
    }
    return plans;
  }

  /**
   * If the given path is a plan file, the method {@code files} returns only this file. If the given
   * path is a directory, the method {@code files} returns the plan files in the directory. If the
   * given directory has a subdirectory {@code plans}, the method {@code files} returns only the
   * plan files in the subdirectory. An output directory of {@code perseus-analyze} has a
   * subdirectory {@code plans}. If the names of all plan files start with {@code freqs_}, the files
   * are sorted by the number in the name. If the name of any plan file does not start with {@code
   * freqs_}, all plan files are sorted by name.
   *
   * @throws UserError if there is no plan file at the path
   */
  static List<Path> files(Path path) {
    if (!Files.isDirectory(path)) {
      if (!Files.exists(path)) {
        throw new UserError("The plan " + path + " does not exist.");
      }
      return List.of(path);
    }
    Path inside = path.resolve("plans");
    Path directory = Files.isDirectory(inside) ? inside : path;
    try (Stream<Path> entries = Files.list(directory)) {
      List<Path> files =
          entries.filter(file -> file.getFileName().toString().endsWith(".py")).sorted().toList();
      boolean numbered =
          files.stream().allMatch(file -> file.getFileName().toString().startsWith("freqs_"));
      return files.isEmpty() || numbered ? PlanFile.list(directory) : files;
    } catch (IOException e) {
      throw new UserError(
          "The directory " + directory + " cannot be read: " + AtomicFiles.reason(e) + ".", e);
    }
  }

  /**
   * Reads the time-energy frontier that contains the plans at a path.
   *
   * @return the time-energy frontier; null if no list of plans was found
   * @throws UserError if the plans were made from another profile than the profile in their
   *     directory
   */
  static SchedulerChoice.Frontier frontier(Path path) {
    Path directory = PlannedProblem.directoryOfPlans(path);
    return directory == null
        ? null
        : new SchedulerChoice.Frontier(PlannedProblem.catalog(directory), gpusPerStage(directory));
  }

  private static int gpusPerStage(Path directory) {
    record Notes(List<Integer> gpusPerStage) {}
    Path file = directory.resolve("profile.json");
    if (!Files.exists(file)) {
      return 1;
    }
    Notes notes = JsonFiles.read(file, Notes.class, "a profile's notes");
    return notes.gpusPerStage == null || notes.gpusPerStage.isEmpty()
        ? 1
        : Math.max(1, notes.gpusPerStage.get(0));
  }

  /**
   * Returns an object that reads the forwards and backwards of each stage from a plan file. If the
   * plan file does not name the forwards and backwards, the pipeline schedule 1F1B is assumed.
   * Under 1F1B, a stage has two frequencies (forward and backward) for each microbatch. The number
   * of microbatches is therefore half of the number of frequencies of a stage.
   */
  static ComputationSource computations(Supplier<Path> file) {
    return (stage, stages) -> {
      FrequencyPlan plan = PlanFile.read(file.get());
      StagePlan.of(file.get(), plan).requireStages(stages);
      if (!plan.instructions().isEmpty()) {
        return plan.instructions().get(stage).stream()
            .map(instruction -> PipeInstruction.ofComputation(instruction.name()))
            .toList();
      }
      int microbatches = plan.frequenciesMhz().get(stage).size() / 2;
      return SchedulerChoice.scheduled(Schedules.ONE_FORWARD_ONE_BACKWARD, microbatches)
          .of(stage, stages);
    };
  }
}
