package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import perseus.gpu.nvml.StubNvml;

/**
 * Starts commands in processes that use the GPUs of a stub of NVIDIA's driver.
 *
 * @param home directory for the files of the stub and of the commands
 * @param leases directory for the files that show which process uses a GPU
 */
record StubHost(Path home, StubNvml gpus, Path leases) {
  /** Creates a host with two GPUs. */
  static StubHost in(Path home) {
    StubNvml gpus = StubNvml.create(home.resolve("gpus")).set("gpus", 2);
    return new StubHost(home, gpus, home.resolve("leases"));
  }

  /**
   * Starts a command.
   *
   * @param variables further environment variables, which replace default variables of the same
   *     name
   */
  RankJob start(Class<?> command, Map<String, String> variables, List<Object> arguments)
      throws IOException {
    Map<String, String> environment = new HashMap<>(gpus.environment());
    environment.put("PERSEUS_LEASE_DIR", leases.toString());
    environment.put("PERSEUS_CLOCK_CONTROL", "nvml");
    environment.putAll(variables);
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), command.getName()));
    arguments.forEach(argument -> line.add(argument.toString()));
    return RankJob.start(home, environment, line);
  }

  /** Waits at most one minute until a condition is true. */
  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("no " + what).isLessThan(end);
      Thread.sleep(50);
    }
  }
}
