package perseus.planfile;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import perseus.io.AtomicFiles;
import perseus.io.TextFiles;
import perseus.io.UserError;
import perseus.io.kind.PathKind;
import perseus.io.kind.WrongPath;
import perseus.pipeline.Instruction;
import perseus.planfile.PythonLiteral.Located;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;

/**
 * Reads plan files, which contain one GPU frequency for every computation of an iteration.
 *
 * <p>A plan file is named {@code freqs_pipeline_%05d.py}, where {@code %05d} is the number of the
 * plan. A plan file contains a Python literal in one of the two formats of {@link PlanFormat}.
 * Comments after the Python literal contain the predicted iteration time and energy.
 */
public final class PlanFile {
  private static final Pattern NAME = Pattern.compile("freqs_pipeline_(\\d{1,9})\\.py");

  private static final Pattern PREDICTED_TIME =
      Pattern.compile("^# Iteration \\d+ time: (\\S+)", Pattern.MULTILINE);
  private static final Pattern PREDICTED_ENERGY =
      Pattern.compile("^# Iteration \\d+ total cost with P2P: (\\S+)", Pattern.MULTILINE);

  private PlanFile() {}

  /**
   * Returns the name of the plan file with a given number. A plan with a higher number has a
   * shorter iteration time.
   */
  public static String name(int number) {
    return String.format(Locale.ROOT, "freqs_pipeline_%05d.py", number);
  }

  /**
   * Returns the plan files of a directory in rising order of the plans' numbers, the slowest plan
   * first.
   *
   * @throws UserError if the directory contains no plan file or cannot be read
   */
  public static List<Path> list(Path directory) {
    List<Path> files = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(directory, "freqs_pipeline_*.py")) {
      for (Path entry : entries) {
        if (NAME.matcher(entry.getFileName().toString()).matches()) {
          files.add(entry);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw AtomicFiles.unreadable(directory, e.getCause());
    } catch (IOException e) {
      throw AtomicFiles.unreadable(directory, e);
    }
    if (files.isEmpty()) {
      throw new UserError(
          WrongPath.sentence(
              directory,
              "a directory of plans: it contains no plan files (freqs_pipeline_00000.py and so on)",
              PathKind.PLANS));
    }
    files.sort((a, b) -> Long.compare(number(a), number(b)));
    return files;
  }

  private static long number(Path file) {
    Matcher matcher = NAME.matcher(file.getFileName().toString());
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
  }

  /**
   * Returns the instruction of each entry of a plan, one list per stage. The instructions come from
   * the plan file, or from the planning problem that {@code perseus-analyze} wrote into the same
   * directory. The result is empty if no file contains the instructions.
   *
   * @throws UserError if the files of the directory are damaged
   */
  public static List<List<Instruction>> instructions(Path file, FrequencyPlan plan) {
    Path directory = file.toAbsolutePath().getParent();
    if (!plan.instructions().isEmpty()
        || !Files.exists(directory.resolve(PlanCatalog.FILE_NAME))
        || !Files.exists(directory.resolve(PlannedProblem.PROFILE_FILE_NAME))) {
      return plan.instructions();
    }
    return FrequencyPlan.computations(PlannedProblem.read(directory).problem().dag());
  }

  /**
   * Reads the predicted iteration time and energy from the comments of a plan file.
   *
   * @return the predicted iteration time and energy; empty if the comments contain no prediction
   * @throws UserError if the plan file cannot be read, or if a predicted time or energy is not a
   *     number
   */
  public static Optional<Prediction> prediction(Path file) {
    String text = text(file);
    Matcher time = PREDICTED_TIME.matcher(text);
    Matcher energy = PREDICTED_ENERGY.matcher(text);
    if (!time.find() || !energy.find()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Prediction(Double.parseDouble(time.group(1)), Double.parseDouble(energy.group(1))));
    } catch (NumberFormatException e) {
      throw new UserError(
          "%s has comments with a predicted time of '%s' and a predicted energy of '%s'; both must be numbers."
              .formatted(file, time.group(1), energy.group(1)),
          e);
    }
  }

  /**
   * Returns the origin of a plan's profile: the name of its model, and whether its GPUs were
   * simulated. The origin of the profile comes from comments in the plan file. If the comments lack
   * the name of the model, the method reads the name from the notes of the profile in the directory
   * of the plans.
   *
   * @throws UserError if the plan file or the notes of the profile cannot be read
   */
  public static PlanOrigin origin(Path file) {
    PlanOrigin origin = PlanOrigin.in(text(file));
    return new PlanOrigin(origin.model().or(() -> modelBeside(file)), origin.simulated());
  }

  private static Optional<String> modelBeside(Path file) {
    Path directory = file.toAbsolutePath().normalize().getParent();
    if (directory != null && directory.endsWith(PlanDirectory.PLANS)) {
      directory = directory.getParent();
    }
    return directory != null && Files.exists(directory.resolve(PlanCatalog.FILE_NAME))
        ? PlannedProblem.model(directory)
        : Optional.empty();
  }

  private static String text(Path file) {
    try {
      return TextFiles.read(file);
    } catch (IOException e) {
      throw AtomicFiles.unreadable(file, e);
    }
  }

  /** Returns whether the file at a path does not exist, is empty, or is a plan file. */
  public static boolean isPlanOrEmpty(Path file) {
    try {
      if (Files.notExists(file) || Files.size(file) == 0) {
        return true;
      }
      read(file);
      return true;
    } catch (IOException | UserError e) {
      return false;
    }
  }

  /**
   * Reads a plan file in either of the two formats of {@link PlanFormat}.
   *
   * @throws UserError if the file cannot be read or is not a plan; the error message names the
   *     wrong line
   */
  public static FrequencyPlan read(Path file) {
    PathKind kind = PathKind.of(file);
    if (kind == PathKind.PROFILE || kind == PathKind.ARCHIVE) {
      throw new UserError(WrongPath.sentence(file, "a plan such as plan.py", PathKind.PLAN));
    }
    return new Contents(file).plan(new PythonLiteral(file.toString(), text(file)).parse());
  }

  /**
   * Reads a plan file and its knob file (settings other than the frequency). The method computes
   * the predicted iteration time and energy of the plan.
   *
   * @param problem planning problem whose profile contains the time and energy of each computation
   *     at each frequency
   * @throws UserError if a file of the plan cannot be read, or if the plan does not fit the
   *     planning problem
   */
  public static Plan predict(Path file, PlanningProblem problem) {
    return read(file).predict(file.toString(), problem, KnobFile.read(file));
  }

  /**
   * Converts the parsed Python literal of a plan file to a plan. In the Python literal, each stage
   * is a list of frequencies in MHz, or a list of pairs (instruction, frequency).
   */
  private record Contents(Path file) {
    FrequencyPlan plan(Located literal) {
      List<List<Integer>> frequencies = new ArrayList<>();
      List<List<Instruction>> instructions = new ArrayList<>();
      Boolean named = null;
      for (Located stage : list(literal, "a list of stages")) {
        List<Integer> ofStage = new ArrayList<>();
        List<Instruction> namesOfStage = new ArrayList<>();
        for (Located entry : list(stage, "a list per stage")) {
          boolean pair = entry.value() instanceof List<?>;
          if (named != null && named != pair) {
            throw wrong(entry, "an entry like those before it, with or without an instruction,");
          }
          named = pair;
          if (pair) {
            List<Located> both = list(entry, "a pair");
            if (both.size() != 2
                || !(both.get(0).value() instanceof String name)
                || name.isBlank()) {
              throw wrong(entry, "('forward', 1410)");
            }
            namesOfStage.add(new Instruction(name));
            ofStage.add(frequency(both.get(1)));
          } else {
            ofStage.add(frequency(entry));
          }
        }
        if (ofStage.isEmpty()) {
          throw wrong(stage, "a stage with entries");
        }
        frequencies.add(ofStage);
        instructions.add(namesOfStage);
      }
      if (frequencies.isEmpty()) {
        throw wrong(literal, "a list of stages");
      }
      return new FrequencyPlan(frequencies, named ? instructions : List.of());
    }

    @SuppressWarnings("unchecked") // PythonLiteral fills every list with objects of class Located.
    private List<Located> list(Located value, String expected) {
      if (value.value() instanceof List<?> list) {
        return (List<Located>) list;
      }
      throw wrong(value, expected);
    }

    private int frequency(Located value) {
      if (value.value() instanceof Double number
          && number > 0
          && number <= 100_000
          && number == Math.rint(number)) {
        return number.intValue();
      }
      throw wrong(value, "a frequency in MHz");
    }

    private UserError wrong(Located value, String expected) {
      return new UserError(
          "%s, line %s: there is %s where %s should be."
              .formatted(file, value.line(), value.text(), expected));
    }
  }
}
