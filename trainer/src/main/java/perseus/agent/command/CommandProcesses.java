package perseus.agent.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds the processes of a command by an environment variable that the command has got. The
 * variable is inherited, so that processes are found even if the process that started them has
 * ended.
 */
final class CommandProcesses {
  private static final Path PROCESSES = Path.of("/proc");

  private CommandProcesses() {}

  /**
   * Returns the processes of this user that have an environment variable, without this process.
   *
   * @param command process that is returned together with its descendants if the operating system
   *     does not show environments
   * @param variable variable with its value, such as {@code "PERSEUS_SOCKET=/tmp/x"}
   */
  static List<ProcessHandle> running(ProcessHandle command, String variable) {
    long self = ProcessHandle.current().pid();
    return Stream.concat(
            Stream.concat(Stream.of(command), command.descendants()),
            ProcessHandle.allProcesses().filter(process -> environment(process).contains(variable)))
        .distinct()
        .filter(process -> process.pid() != self && isRunning(process))
        .toList();
  }

  /** Returns the name of a process for messages, such as "rank 3 (pid 4711)". */
  static String name(ProcessHandle process) {
    return environment(process).stream()
            .filter(variable -> variable.matches("(RANK|OMPI_COMM_WORLD_RANK|SLURM_PROCID)=\\d+"))
            .findFirst()
            .map(variable -> "rank " + variable.substring(variable.indexOf('=') + 1))
            .orElseGet(() -> program(process))
        + " (pid %d)".formatted(process.pid());
  }

  private static String program(ProcessHandle process) {
    return process
        .info()
        .command()
        .map(path -> path.substring(path.lastIndexOf('/') + 1))
        .orElse("process");
  }

  private static List<String> environment(ProcessHandle process) {
    try {
      Path file = PROCESSES.resolve(Long.toString(process.pid())).resolve("environ");
      return Arrays.asList(
          new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).split("\0"));
    } catch (IOException e) {
      // The process has ended, or belongs to another user.
      return List.of();
    }
  }

  /**
   * Returns whether a process still runs. In some containers, an ended process stays in the process
   * table as a zombie, which Java reports as alive.
   */
  static boolean isRunning(ProcessHandle process) {
    if (!process.isAlive()) {
      return false;
    }
    try {
      Path file = PROCESSES.resolve(Long.toString(process.pid())).resolve("stat");
      String stat = Files.readString(file, StandardCharsets.ISO_8859_1);
      return "ZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) < 0;
    } catch (IOException e) {
      return process.isAlive();
    }
  }
}
