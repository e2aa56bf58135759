package perseus.gpu.clock.lease;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells which user runs this process. */
final class ThisUser {
  private ThisUser() {}

  /** Returns the number of the user whose rights this process has; -1 if it is unknown. */
  static long number() {
    // Java's class UnixSystem tells 0, the number of root, for users without an entry in
    // /etc/passwd, which are usual in containers.
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        String[] words = line.split("\\s+");
        if (words[0].equals("Uid:")) {
          return Long.parseLong(words[2]);
        }
      }
    } catch (IOException e) {
      // Without /proc, the number is unknown.
    }
    return -1;
  }

  /** Returns the name of the user, or the number if the user has no name. */
  static String name() {
    String name = System.getProperty("user.name");
    return name.equals("?") ? String.valueOf(number()) : name;
  }
}
