package perseus.extension;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import perseus.io.Named;

/**
 * Finds the jar of an extension whose class cannot be loaded. The class {@code ServiceFiles} reads
 * the file {@code META-INF/services/TYPE} of each jar, where TYPE is the interface that the
 * extension implements. A file {@code META-INF/services/TYPE} lists the names of the classes of
 * extensions.
 */
final class ServiceFiles {
  private static final String FOLDER = "META-INF/services/";

  private ServiceFiles() {}

  /**
   * Returns the error of an extension that was not loaded.
   *
   * @param type the interface that the extension implements
   */
  static ExtensionError broken(Class<?> type, String kind, Throwable error) {
    Set<String> culprits = new LinkedHashSet<>();
    Set<String> all = new LinkedHashSet<>();
    for (URL file : files(type)) {
      String place = place(file, type);
      all.add(place);
      if (String.valueOf(error.getMessage()).contains(file.toString())
          || names(file).stream().anyMatch(name -> mentions(error, name))) {
        culprits.add(place);
      }
    }
    return refused(
        kind, Named.list(List.copyOf(culprits.isEmpty() ? all : culprits)), Fault.of(error), error);
  }

  /**
   * Returns the error of an extension that cannot be used.
   *
   * @param cause the error that the extension caused; null if there is none
   */
  static ExtensionError refused(String kind, String place, String fault, Throwable cause) {
    return new ExtensionError(
        "The extension %s (%s) cannot be used: %s. Correct it, or leave it out of PERSEUS_EXTENSIONS."
            .formatted(place, kind, fault),
        cause);
  }

  private static boolean mentions(Throwable error, String className) {
    String message = String.valueOf(error.getMessage()).replace('/', '.');
    return List.of(message.split("[^\\w$.]+")).contains(className);
  }

  private static List<URL> files(Class<?> type) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try {
      return Collections.list(
          (loader == null ? ClassLoader.getSystemClassLoader() : loader)
              .getResources(FOLDER + type.getName()));
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String place(URL file, Class<?> type) {
    String text = file.toString();
    return text.substring(0, text.length() - FOLDER.length() - type.getName().length())
        .replaceFirst("^jar:", "")
        .replaceFirst("^file:", "")
        .replaceFirst("!?/$", "")
        .replace("%20", " ");
  }

  private static List<String> names(URL file) {
    List<String> names = new ArrayList<>();
    try (InputStream in = file.openStream()) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.replaceFirst("#.*", "").strip())
          .filter(line -> !line.isEmpty())
          .forEach(names::add);
    } catch (IOException e) {
      // If the file cannot be read, the method returns no class names.
    }
    return names;
  }
}
