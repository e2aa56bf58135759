package perseus.gpu.clock.lease;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the user ID and the user name of this process. */
final class ThisUser {
  private ThisUser() {}

  /** Returns the effective user ID of this process; -1 if it is unknown. */
  static long number() {
    // Java's class UnixSystem returns 0, the ID of root, for users without an entry in /etc/passwd.
    // In containers, many users have no entry in /etc/passwd.
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        String[] words = line.split("\\s+");
        if (words[0].equals("Uid:")) {
          return Long.parseLong(words[2]);
        }
      }
    } catch (IOException e) {
      // The user ID is unknown if /proc is missing.
    }
    return -1;
  }

  /** Returns the name of the user who runs this process, or the user ID if the user has no name. */
  static String name() {
    String name = System.getProperty("user.name");
    return name.equals("?") ? String.valueOf(number()) : name;
  }
}
