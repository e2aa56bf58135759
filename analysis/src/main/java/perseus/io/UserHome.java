package perseus.io;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * Gives libraries an absolute home directory. Java calls the home of a user without an entry in the
 * password database (as in a container that runs under any number) {@code ?}. Libraries such as JNA
 * would then create a folder of this name in the working directory.
 */
public final class UserHome {
  private static final String PROPERTY = "user.home";

  /** The home directory that Debian gives to users without one. It does not exist. */
  private static final String NONE = "/nonexistent";

  private UserHome() {}

  /**
   * Sets the system property {@code user.home} from the environment variable {@code HOME} if it is
   * no absolute path. Every process calls it first.
   */
  public static void ensureAbsolute() {
    ensureAbsolute(System.getProperties(), System.getenv());
  }

  static void ensureAbsolute(Properties properties, Map<String, String> environment) {
    if (!Path.of(properties.getProperty(PROPERTY, "")).isAbsolute()) {
      String home = environment.getOrDefault("HOME", "");
      properties.setProperty(PROPERTY, Path.of(home).isAbsolute() ? home : NONE);
    }
  }
}
