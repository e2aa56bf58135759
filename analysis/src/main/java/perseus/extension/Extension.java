package perseus.extension;

import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.security.CodeSource;

/**
 * Describes one class that extends Perseus.
 *
 * @param kind word for the sort of object that the class adds, such as "planner"
 * @param name name by which users choose the object
 * @param type class that extends Perseus
 */
public record Extension(String kind, String name, Class<?> type) {
  /** Returns the jar or directory of the class. */
  public String place() {
    return place(type);
  }

  /**
   * Returns the jar or directory of a class. If the jar and the directory are unknown, the method
   * returns the name of the class.
   */
  static String place(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return type.getName();
    }
    try {
      return Path.of(source.getLocation().toURI()).toString();
    } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
      return source.getLocation().toString();
    }
  }
}
