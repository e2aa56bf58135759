package perseus.job.launcher;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perseus.job.LocalSettings;
import perseus.rank.RankMain;
import perseus.tensor.autograd.Precision;

/**
 * Builds the command line and the environment of a rank's process. The rank's process uses the same
 * Java installation and the same class path as this process.
 */
final class RankCommand {
  /**
   * First version of Java that prints a warning about native code, unless an option of the command
   * line allows native code.
   */
  private static final int FIRST_VERSION_THAT_WARNS = 22;

  /**
   * If the environment variable NVIDIA_TF32_OVERRIDE is 1, NVIDIA's libraries compute the matrix
   * products of float32 tensors in TF32. If the environment variable NVIDIA_TF32_OVERRIDE is 0,
   * NVIDIA's libraries compute the matrix products in float32. The variable NVIDIA_TF32_OVERRIDE
   * has no effect on a CPU.
   */
  private static final String TF32 = "NVIDIA_TF32_OVERRIDE";

  private RankCommand() {}

  /**
   * Returns the command line of a rank's process: the path of the Java program and its arguments.
   *
   * @param threads number of threads that the rank uses for tensor operations
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
            // Tensors from other ranks are stored in direct buffers, which are outside the Java
            // heap.
            "-XX:MaxDirectMemorySize=" + memoryBytes(),
            "-Djava.awt.headless=true",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            // The option log.ai.djl=error hides the warnings of the library DJL about missing GPUs,
            // which a rank does not need.
            "-Dorg.slf4j.simpleLogger.log.ai.djl=error",
            "-Dai.djl.pytorch.num_interop_threads=1",
            "-Dai.djl.pytorch.num_threads=" + threads));
    if (Runtime.version().feature() >= FIRST_VERSION_THAT_WARNS) {
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
   * Returns the environment variables that the rank's process has in addition to the variables of
   * this process.
   *
   * @param precision name of the number format of matrix products, or {@link Precision#AUTO}
   * @param gpuUuid UUID of the rank's real GPU, which is the only GPU that the rank sees; null for
   *     a simulated GPU
   */
  static Map<String, String> environment(LocalSettings local, String precision, String gpuUuid) {
    String number = String.valueOf(local.threads());
    Map<String, String> environment = new HashMap<>(local.environment());
    environment.put("OMP_NUM_THREADS", number);
    environment.put("MKL_NUM_THREADS", number);
    // With the wait policy "passive" of OpenMP, waiting threads use no processor time, so that
    // other ranks can use the processor.
    environment.put("OMP_WAIT_POLICY", "passive");
    if (!precision.equals(Precision.AUTO) || System.getenv(TF32) == null) {
      environment.put(TF32, precision.equals(Precision.FP32.toString()) ? "0" : "1");
    }
    if (gpuUuid != null) {
      environment.put("CUDA_VISIBLE_DEVICES", gpuUuid);
    }
    return environment;
  }
}
