package perseus.cli.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import perseus.chart.figure.Chart;
import perseus.planfile.PlanDirectory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Checks that a command does not replace one of its input files when it writes its output file. */
public final class OutputFile {
  private final CommandLine command;
  private final String flag;
  private final Path file;

  /**
   * @param flag name of the flag with which the user gave the output file, for error messages
   */
  public OutputFile(CommandLine command, String flag, Path file) {
    this.command = command;
    this.flag = flag;
    this.file = file;
  }

  /**
   * Checks that the output file is not one of the input files. The check finds an input file even
   * if it has another path than the output file.
   *
   * @throws ParameterException if the output file is one of {@code inputs}
   */
  public OutputFile requireOtherThan(List<Path> inputs) {
    for (Path input : inputs) {
      if (isSame(file, input)) {
        throw wrong("%s is %s, which this command reads; write elsewhere".formatted(flag, file));
      }
    }
    return this;
  }

  /**
   * Checks that the output file is not one of the files that belong to the plans in a directory.
   *
   * @throws ParameterException if the output file is one of the files that {@link PlanDirectory}
   *     writes
   */
  public OutputFile requireNoneOfPlans(Path directory) {
    if (isOwn(directory, file)) {
      throw wrong(
          "%s is %s, which belongs to the plans in %s; write elsewhere"
              .formatted(flag, file, directory));
    }
    return this;
  }

  /**
   * Checks that the name of the output file ends in one of the given endings.
   *
   * @param content statement about the file, such as "A chart is a PNG or SVG file"
   * @param endings endings such as ".png"; upper and lower case do not matter
   * @throws ParameterException if the name of the output file has none of the given endings
   */
  public OutputFile requireEnding(String content, String... endings) {
    if (Stream.of(endings).noneMatch(file.toString().toLowerCase(Locale.ROOT)::endsWith)) {
      throw wrong(
          "%s, so %s must end in %s, not be %s"
              .formatted(content, flag, String.join(" or ", endings), file));
    }
    return this;
  }

  /** Checks that the output file has the name of a chart file, such as "a.png" or "a.svg". */
  public OutputFile requireChart() {
    return requireEnding("A chart is a PNG or SVG file", ".png", Chart.SVG);
  }

  /**
   * Returns an error that says that the user called the command in a wrong way.
   *
   * @param sentence text of the error message, without a full stop
   */
  public ParameterException wrong(String sentence) {
    return new ParameterException(command, sentence + ".");
  }

  /**
   * Returns whether {@code file} would be replaced if plans were written into {@code directory}.
   */
  public static boolean isOwn(Path directory, Path file) {
    try {
      Path parent = real(directory);
      Path child = real(file);
      return child.startsWith(parent) && PlanDirectory.isOwn(parent.relativize(child));
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns whether {@code file} lies in {@code directory} or below it. */
  public static boolean isBelow(Path directory, Path file) {
    try {
      return real(file).startsWith(real(directory));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Returns whether two paths lead to the same file or directory. The method works even if a file
   * or directory does not exist. If a path leads to a device such as {@code /dev/null}, the method
   * returns false.
   */
  public static boolean isSame(Path one, Path other) {
    try {
      if (Files.exists(one) && Files.exists(other)) {
        return (Files.isRegularFile(one) || Files.isDirectory(one)) && Files.isSameFile(one, other);
      }
      return real(one).equals(real(other));
    } catch (IOException e) {
      return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }
  }

  /**
   * Returns a path as an absolute path without symbolic links. If a path does not exist, symbolic
   * links are resolved only in the leading directories that exist.
   */
  private static Path real(Path path) throws IOException {
    if (Files.exists(path)) {
      return path.toRealPath();
    }
    Path absolute = path.toAbsolutePath();
    Path parent = absolute.getParent();
    return parent == null ? absolute : real(parent).resolve(absolute.getFileName()).normalize();
  }
}
