package perseus.cli.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import perseus.planfile.PlanDirectory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** A file that a flag names to be written, which must be none that the command reads. */
public final class OutputFile {
  private final CommandLine command;
  private final String flag;
  private final Path file;

  /**
   * A file to write.
   *
   * @param flag which flag names it, for the error's sentence
   */
  public OutputFile(CommandLine command, String flag, Path file) {
    this.command = command;
    this.flag = flag;
    this.file = file;
  }

  /**
   * Refuses to replace one of {@code inputs}, however it is spelled or linked to.
   *
   * @throws ParameterException if it would
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
   * Refuses to replace what planning wrote into {@code directory}.
   *
   * @throws ParameterException if it would
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
   * Refuses a name under which nobody would look for a chart.
   *
   * @throws ParameterException if the name does not end in {@code .png}
   */
  public OutputFile requirePng() {
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw wrong("Charts are PNG files, but %s is %s".formatted(flag, file));
    }
    return this;
  }

  public ParameterException wrong(String sentence) {
    return new ParameterException(command, sentence + ".");
  }

  /** Whether planning into {@code directory} would replace {@code file}. */
  public static boolean isOwn(Path directory, Path file) {
    try {
      Path parent = real(directory);
      Path child = real(file);
      return child.startsWith(parent) && PlanDirectory.isOwn(parent.relativize(child));
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether two paths lead to one file or directory, which need not exist; devices are none. */
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

  /** A path without links, as far as it exists. */
  private static Path real(Path path) throws IOException {
    if (Files.exists(path)) {
      return path.toRealPath();
    }
    Path absolute = path.toAbsolutePath();
    Path parent = absolute.getParent();
    return parent == null ? absolute : real(parent).resolve(absolute.getFileName()).normalize();
  }
}
