package perseus.cli.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import perseus.planfile.PlanDirectory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Checks an output file of a command: writing it must not replace a file that the command reads.
 */
public final class OutputFile {
  private final CommandLine command;
  private final String flag;
  private final Path file;

  /**
   * @param flag name of the flag that gives the file, for error messages
   */
  public OutputFile(CommandLine command, String flag, Path file) {
    this.command = command;
    this.flag = flag;
    this.file = file;
  }

  /**
   * Checks that the file is not one of the inputs. The check also finds an input that is the same
   * file under another path or through a link.
   *
   * @throws ParameterException if the file is one of {@code inputs}
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
   * Checks that the file does not belong to the plans in a directory.
   *
   * @throws ParameterException if the file is one of the files that {@link PlanDirectory} writes
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
   * Checks that the name of the file ends in {@code .png}.
   *
   * @throws ParameterException if the name has another ending
   */
  public OutputFile requirePng() {
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw wrong("Charts are PNG files, so %s must end in .png, not be %s".formatted(flag, file));
    }
    return this;
  }

  /**
   * Returns an error of wrong usage.
   *
   * @param sentence description of the problem, without a full stop
   */
  public ParameterException wrong(String sentence) {
    return new ParameterException(command, sentence + ".");
  }

  /** Returns whether writing plans into a directory would replace a file. */
  public static boolean isOwn(Path directory, Path file) {
    try {
      Path parent = real(directory);
      Path child = real(file);
      return child.startsWith(parent) && PlanDirectory.isOwn(parent.relativize(child));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Returns whether two paths lead to the same file or directory, which need not exist. For a
   * device such as {@code /dev/null}, the result is false.
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
   * Returns the absolute path without symbolic links. Only links in the existing part of the path
   * can be resolved.
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
