package perseus.gpu.clock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import perseus.gpu.clock.lease.Pause;

/**
 * Waits for the processes of ranks to end, and kills processes that do not end. Each process is
 * identified by its process ID and its start time, because the operating system reuses process IDs.
 */
final class WatchedProcesses {
  /**
   * Maximum difference in milliseconds between the start times that two Java programs read for the
   * same process.
   */
  private static final long SAME_START_MILLIS = 2_000;

  /**
   * Time after which a killed process counts as ended, even if the operating system still lists it.
   */
  private static final Duration KILL = Duration.ofMillis(500);

  private static final Duration POLL = Duration.ofMillis(10);

  private final List<ProcessHandle> processes = new CopyOnWriteArrayList<>();

  /**
   * Returns the start time of a process as Unix time in milliseconds; 0 if the start time is
   * unknown.
   */
  static long startMillis(long pid) {
    return ProcessHandle.of(pid).map(WatchedProcesses::startMillis).orElse(0L);
  }

  private static long startMillis(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /**
   * Adds a process. A process that has ended, or that has another start time, is ignored.
   *
   * @param startMillis start time of the process as Unix time in milliseconds
   */
  void add(long pid, long startMillis) {
    ProcessHandle.of(pid)
        .filter(process -> Math.abs(startMillis(process) - startMillis) < SAME_START_MILLIS)
        .ifPresent(processes::add);
  }

  private static boolean runs(ProcessHandle process) {
    return process.isAlive() && !isZombie(process.pid());
  }

  /**
   * Returns whether a process is a zombie: it has ended, but the operating system still lists it.
   * In some containers, no parent process reads the exit codes of ended processes, so they stay
   * zombies.
   */
  private static boolean isZombie(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Waits at most {@code limit} until all processes have ended, and then kills processes that still
   * run.
   */
  void end(Duration limit) {
    await(limit);
    for (ProcessHandle process : processes) {
      if (runs(process)) {
        // The class ProcessHandle checks the start time, so no other process with the same process
        // ID is killed.
        process.destroyForcibly();
      }
    }
    await(KILL);
  }

  private void await(Duration limit) {
    long start = System.nanoTime();
    while (processes.stream().anyMatch(WatchedProcesses::runs)
        && System.nanoTime() - start < limit.toNanos()) {
      Pause.of(POLL);
    }
  }
}
