package perseus.cli.common;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Converts an argument of a command line to a path, and refuses an empty path.
 *
 * <p>An empty path on a command line usually comes from a shell variable that is not set. Java
 * would use the current directory instead of an empty path, so the command would write its files
 * into the current directory.
 */
final class NonEmptyPath implements ITypeConverter<Path> {
  @Override
  public Path convert(String text) {
    if (text.isBlank()) {
      throw new TypeConversionException("the path is empty (is a shell variable not set?)");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException("'" + text + "' is not a path: " + e.getReason());
    }
  }
}
