package perseus.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** Finds the Java processes that a process has started. */
public final class ChildProcesses {
  private ChildProcesses() {}

  /**
   * Returns the descendants of a process that run a given main class, in the order of their process
   * IDs.
   *
   * @param mainClass a part of the command line, such as the simple name of the main class
   */
  public static List<ProcessHandle> of(ProcessHandle parent, String mainClass) {
    return parent
        .descendants()
        .filter(child -> commandLine(child).contains(mainClass))
        .sorted(Comparator.comparing(ProcessHandle::pid))
        .toList();
  }

  /**
   * Reads the whole command line of a process. Java itself returns only the first 4096 characters.
   */
  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"));
    } catch (IOException e) {
      return "";
    }
  }
}
