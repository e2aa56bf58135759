package perseus.cli.train.environment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Holds the rights of this process that decide whether it can set clocks.
 *
 * @param root whether the effective user is root; empty if this is unknown
 * @param administration whether the process has the capability CAP_SYS_ADMIN, which NVIDIA's driver
 *     requires for setting clocks; empty if this is unknown
 */
record ProcessRights(Optional<Boolean> root, Optional<Boolean> administration) {
  /** Number of the capability CAP_SYS_ADMIN in Linux's header capability.h. */
  private static final int SYS_ADMIN = 21;

  /**
   * Reads the rights of a process.
   *
   * @param status the file {@code /proc/self/status} of Linux; may be missing
   */
  static ProcessRights read(Path status) {
    try {
      List<String> lines = Files.readAllLines(status);
      // The second number in the line Uid is the ID of the effective user.
      return new ProcessRights(
          field(lines, "Uid:", 1).map("0"::equals),
          field(lines, "CapEff:", 0)
              .map(mask -> (Long.parseUnsignedLong(mask, 16) >>> SYS_ADMIN & 1) == 1));
    } catch (IOException e) {
      return new ProcessRights(Optional.empty(), Optional.empty());
    }
  }

  private static Optional<String> field(List<String> lines, String name, int number) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip().split("\\s+")[number])
        .findFirst();
  }
}
