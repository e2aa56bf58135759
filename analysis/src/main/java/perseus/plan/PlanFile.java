package perseus.plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import perseus.recording.AtomicFiles;
import perseus.recording.InputException;
import perseus.recording.Instruction;

/** A plan file, {@code freqs_pipeline_%05d.py}. */
public final class PlanFile {
  private static final Pattern NAME = Pattern.compile("freqs_pipeline_(\\d+)\\.py");

  private static final Pattern PREDICTED_TIME =
      Pattern.compile("^# Iteration \\d+ time: (\\S+)", Pattern.MULTILINE);
  private static final Pattern PREDICTED_ENERGY =
      Pattern.compile("^# Iteration \\d+ total cost with P2P: (\\S+)", Pattern.MULTILINE);

  private PlanFile() {}

  /** The name of the plan file with a number; a higher number is a shorter iteration. */
  public static String name(int number) {
    return "freqs_pipeline_%05d.py".formatted(number);
  }

  /**
   * The plan files of a directory by number: longest iteration first.
   *
   * @throws InputException if it has none
   */
  public static List<Path> list(Path directory) {
    List<Path> files = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(directory, "freqs_pipeline_*.py")) {
      for (Path entry : entries) {
        if (NAME.matcher(entry.getFileName().toString()).matches()) {
          files.add(entry);
        }
      }
    } catch (IOException e) {
      throw new InputException(
          "The directory " + directory + " cannot be read: " + AtomicFiles.reason(e) + ".", e);
    }
    if (files.isEmpty()) {
      throw new InputException(
          "The directory " + directory + " holds no plan (freqs_pipeline_00000.py and so on).");
    }
    files.sort((a, b) -> Long.compare(number(a), number(b)));
    return files;
  }

  private static long number(Path file) {
    Matcher matcher = NAME.matcher(file.getFileName().toString());
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
  }

  /** What the comments of a plan file promise; empty where they do not say. */
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
      throw new InputException(
          file + " has a comment whose number is none: " + e.getMessage() + ".", e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new InputException("The plan " + file + " does not exist.", e);
    } catch (IOException e) {
      throw new InputException(
          "The plan " + file + " cannot be read: " + AtomicFiles.reason(e) + ".", e);
    }
  }

  /**
   * Reads a plan in either form.
   *
   * @throws InputException if there is no such file or it is anything but lists, tuples, strings
   *     and numbers
   */
  public static FrequencyPlan read(Path file) {
    return new Contents(file).plan(new PythonLiteral(file.toString(), text(file)).parse());
  }

  /** Makes a plan of a literal: lists of numbers, or of (instruction, number) pairs. */
  private record Contents(Path file) {
    FrequencyPlan plan(Object literal) {
      List<List<Integer>> frequencies = new ArrayList<>();
      List<List<Instruction>> instructions = new ArrayList<>();
      for (Object stage : list(literal, "a list of stages")) {
        List<Integer> ofStage = new ArrayList<>();
        List<Instruction> namesOfStage = new ArrayList<>();
        for (Object entry : list(stage, "a list per stage")) {
          if (entry instanceof List<?> pair) {
            if (pair.size() != 2 || !(pair.get(0) instanceof String name) || name.isBlank()) {
              throw new InputException(
                  file + " is not a plan: it has " + pair + " where ('forward', 1410) should be.");
            }
            namesOfStage.add(new Instruction(name));
            ofStage.add(frequency(pair.get(1)));
          } else {
            ofStage.add(frequency(entry));
          }
        }
        if (!namesOfStage.isEmpty() && namesOfStage.size() != ofStage.size()) {
          throw new InputException(
              file
                  + " is not a plan: stage "
                  + frequencies.size()
                  + " names only some instructions.");
        }
        frequencies.add(ofStage);
        instructions.add(namesOfStage);
      }
      if (frequencies.isEmpty() || frequencies.stream().anyMatch(List::isEmpty)) {
        throw new InputException(file + " is not a plan: it has no stage, or one without entries.");
      }
      boolean named = instructions.stream().noneMatch(List::isEmpty);
      return new FrequencyPlan(frequencies, named ? instructions : List.of());
    }

    private List<?> list(Object value, String what) {
      if (value instanceof List<?> list) {
        return list;
      }
      throw new InputException(
          file + " is not a plan: it has " + value + " where " + what + " should be.");
    }

    private int frequency(Object value) {
      if (value instanceof Double number
          && number > 0
          && number <= 100_000
          && number == Math.rint(number)) {
        return number.intValue();
      }
      throw new InputException(
          file + " is not a plan: it has " + value + " where a frequency in MHz should be.");
    }
  }
}
