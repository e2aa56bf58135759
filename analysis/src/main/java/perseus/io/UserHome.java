package perseus.io;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * Gives libraries an absolute home directory. For a user without an entry in the password database,
 * Java's property {@code user.home} is {@code ?}. If {@code user.home} is {@code ?}, libraries such
 * as JNA create a folder named {@code ?} in the working directory.
 */
public final class UserHome {
  private static final String PROPERTY = "user.home";

  /** The home directory that Debian states for users without a home directory. */
  private static final String NONE = "/nonexistent";

  private UserHome() {}

  /**
   * Sets the system property {@code user.home} to an absolute path, if it is not absolute. The new
   * value of {@code user.home} is the environment variable {@code HOME}, if {@code HOME} contains
   * an absolute path. Every process of Perseus calls {@code ensureAbsolute} when it starts.
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
