package perseus.job.launcher;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import perseus.rank.RankMain;

/** How a rank's process is started: as a Java of its own, with this one's classes. */
final class RankCommand {
  /** From this Java on, who calls native code has to be allowed to, or there is a warning. */
  private static final int WARNS_OF_NATIVE_ACCESS = 22;

  private RankCommand() {}

  /**
   * Program and arguments.
   *
   * @param threads of the rank's operations
   */
  static List<String> line(int threads) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", absoluteClassPath()));
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            // What arrives from other ranks lies outside of the heap, as tensors do.
            "-XX:MaxDirectMemorySize=" + memoryBytes(),
            "-Djava.awt.headless=true",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            // It warns of GPUs that nobody has asked for.
            "-Dorg.slf4j.simpleLogger.log.ai.djl=error",
            "-Dai.djl.pytorch.num_interop_threads=1",
            "-Dai.djl.pytorch.num_threads=" + threads));
    if (Runtime.version().feature() >= WARNS_OF_NATIVE_ACCESS) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    String options = System.getenv("PERSEUS_JAVA_OPTS");
    if (options != null && !options.isBlank()) {
      command.addAll(List.of(options.strip().split("\\s+")));
    }
    command.add(RankMain.class.getName());
    return command;
  }

  private static String absoluteClassPath() {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, entries);
  }

  private static long memoryBytes() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }

  /**
   * What is added to this process's environment.
   *
   * @param threads of the rank's operations
   */
  static Map<String, String> environment(int threads) {
    String number = String.valueOf(threads);
    return Map.of(
        "OMP_NUM_THREADS",
        number,
        "MKL_NUM_THREADS",
        number,
        // Threads that spin while they wait for each other keep those from the cores.
        "OMP_WAIT_POLICY",
        "passive");
  }
}
