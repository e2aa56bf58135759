package perseus.extension;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Lists the extensions that this process has loaded. The methods may be called by several threads
 * at the same time.
 */
public final class Extensions {
  private static final List<Extension> LOADED = new CopyOnWriteArrayList<>();

  private Extensions() {}

  /**
   * Returns the extensions of all kinds that this process has loaded until now. A registry loads
   * the extensions of its kind when it is first used.
   */
  public static List<Extension> loaded() {
    return List.copyOf(LOADED);
  }

  static void add(Extension extension) {
    LOADED.add(extension);
  }

  /** Returns the class and the jar of an extension in words, such as "demo.Slow in /opt/x.jar". */
  public static String origin(Object extension) {
    Class<?> type = NullCheck.typeOf(extension);
    return "%s in %s".formatted(type.getName(), Extension.place(type));
  }

  /**
   * Returns a sentence that names the extension in which an error occurred; empty if the error did
   * not occur in an extension. If an extension calls Perseus and Perseus throws an error, the error
   * counts as an error in the extension.
   *
   * @param error unexpected error, without a message for the user
   */
  public static Optional<String> blame(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      for (StackTraceElement frame : cause.getStackTrace()) {
        Optional<String> place = placeOf(frame.getClassName());
        if (place.isPresent()) {
          return Optional.of(
              "The extension %s failed in %s: %s. Correct it, or leave it out of PERSEUS_EXTENSIONS."
                  .formatted(place.get(), frame.getClassName(), Fault.of(error)));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the jar or directory of a class, if an extension is in the same jar or directory. If no
   * extension is in the jar or directory of the class, the result is empty.
   */
  private static Optional<String> placeOf(String className) {
    for (Extension extension : LOADED) {
      try {
        Class<?> type = Class.forName(className, false, extension.type().getClassLoader());
        if (Extension.place(type).equals(extension.place())) {
          return Optional.of(extension.place());
        }
      } catch (ClassNotFoundException | LinkageError e) {
        // If the class loader of an extension does not know the class, the class does not belong
        // to the extension.
      }
    }
    return Optional.empty();
  }
}
