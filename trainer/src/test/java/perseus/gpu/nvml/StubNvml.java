package perseus.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Simulates GPUs by a stub of NVIDIA's libraries, which {@code gcc} builds from {@code
 * trainer/src/test/c}. All files of a stub are in one directory. All processes that are started
 * with {@link #environment} share the GPUs, as processes share the GPUs of a host. {@code stub.h}
 * describes the files.
 *
 * <p>The configuration consists of keys and values. A key that ends with the number of a GPU, such
 * as {@code clocks.1}, applies only to this GPU. The keys are listed below with their default
 * values in parentheses.
 *
 * <ul>
 *   <li>{@code gpus} (1), {@code driver}, {@code name}, {@code uuid}, {@code pci_bus} (16 +
 *       number), {@code memory_free} in bytes, {@code mig} (0), {@code persistence} (1), {@code
 *       temperature}, {@code compute_capability} (90 for 9.0)
 *   <li>{@code clocks}: highest, lowest and step in MHz ({@code 1980,345,15})
 *   <li>{@code power_limit.default}, {@code power_limit.min}, {@code power_limit.max} in watts
 *   <li>{@code idle_watts} (75): power while nothing runs; {@code dynamic_watts} (500): additional
 *       power at the highest clock while one processor of the host is busy
 *   <li>{@code error.FUNCTION}: the error code that a function returns
 *   <li>{@code refused_clock}: a clock in MHz that cannot be locked
 *   <li>{@code cap_mhz}: highest clock at which the GPU runs. Below the requested clock, the stub
 *       reports the event reason 4 (software power cap). The key {@code reasons} replaces the
 *       reported event reasons.
 *   <li>{@code lock_delay_ms} (10): time until a changed clock is in force
 *   <li>{@code counter}: {@code normal}, {@code none}, or a number at which the energy counter
 *       stays
 *   <li>{@code sample_filter_ms} (0): time constant of the low-pass filter of the power sensor; 0
 *       if each sample is the mean power since the previous sample
 *   <li>{@code samples}: {@code none} for a GPU without power samples; {@code sample_type} (1):
 *       NVML's code for the number type of a sample
 *   <li>{@code cuda}: numbers of the GPUs in CUDA's order; if this key is missing, CUDA does not
 *       start
 * </ul>
 */
public final class StubNvml {
  /**
   * Holds one call that changed or reset a setting of a GPU.
   *
   * @param epochSeconds time of the call as Unix time in seconds
   * @param pid process ID of the caller
   * @param function name of the called NVML function
   * @param gpu number of the GPU
   * @param arguments arguments of the call, without the GPU
   * @param result NVML's error code of the call
   */
  public record Setting(
      double epochSeconds,
      long pid,
      String function,
      int gpu,
      List<Integer> arguments,
      int result) {
    private static Setting parse(String line) {
      String[] fields = line.split(" ");
      String arguments = fields[4].substring(1, fields[4].length() - 1);
      return new Setting(
          Double.parseDouble(fields[0]),
          Long.parseLong(fields[1]),
          fields[2],
          Integer.parseInt(fields[3]),
          Stream.of(arguments.split(",")).filter(s -> !s.isEmpty()).map(Integer::valueOf).toList(),
          Integer.parseInt(fields[5]));
    }
  }

  /** The libraries that were already built, by the names of the functions that a library lacks. */
  private static final Map<List<String>, Path> BUILT = new ConcurrentHashMap<>();

  private static final String NVML = "libnvidia-ml.so.1";
  private static final String CUDA = "libcuda.so.1";

  private final Path directory;
  private final Map<String, String> config = new LinkedHashMap<>();

  private StubNvml(Path directory) {
    this.directory = directory;
  }

  /**
   * Creates GPUs. The test is skipped if this machine has no {@code gcc}.
   *
   * @param directory directory for the stub's files, which no other stub uses
   * @param missing names of functions that the library does not have, as in an old driver
   */
  public static StubNvml create(Path directory, String... missing) {
    Path built = BUILT.computeIfAbsent(Arrays.stream(missing).sorted().toList(), StubNvml::build);
    try {
      Files.createDirectories(directory);
      // Each stub loads its own copy of the library, so that it has its own variables, even if this
      // process loads several stubs.
      Files.copy(built, directory.resolve(NVML));
      Files.createSymbolicLink(directory.resolve(CUDA), Path.of(NVML));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new StubNvml(directory.toAbsolutePath()).set("gpus", 1);
  }

  private static Path build(List<String> missing) {
    Path sources = Path.of(System.getProperty("perseus.root"), "trainer", "src", "test", "c");
    try (Stream<Path> files = Files.list(sources)) {
      Path directory = Files.createTempDirectory("perseus-stub");
      directory.toFile().deleteOnExit();
      Path library = directory.resolve(NVML);
      library.toFile().deleteOnExit();
      List<String> command =
          new ArrayList<>(
              List.of(
                  "gcc", "-shared", "-fPIC", "-O1", "-std=gnu11", "-Wall", "-Wextra", "-Werror"));
      command.addAll(List.of("-fvisibility=hidden", "-pthread", "-o", library.toString()));
      command.addAll(List.of("-Wl,-Bsymbolic", "-Wl,-z,nodelete"));
      if (!missing.isEmpty()) {
        Path script = directory.resolve("missing.map");
        script.toFile().deleteOnExit();
        Files.writeString(script, "{ local: " + String.join("; ", missing) + "; };");
        command.add("-Wl,--version-script=" + script);
      }
      files.map(Path::toString).filter(name -> name.endsWith(".c")).sorted().forEach(command::add);
      command.addAll(List.of("-lm", "-ldl"));
      run(command);
      return library;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(List<String> command) throws IOException {
    Process compiler;
    try {
      compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      Assumptions.abort("The stub of NVML needs gcc, which this machine lacks: " + e.getMessage());
      return;
    }
    String output = new String(compiler.getInputStream().readAllBytes());
    try {
      assertThat(compiler.waitFor()).as(output).isZero();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Sets the value of a key of the configuration. Running processes use the new value at their next
   * call.
   */
  public StubNvml set(String key, Object value) {
    config.put(key, value.toString());
    return writeConfig();
  }

  public StubNvml remove(String key) {
    config.remove(key);
    return writeConfig();
  }

  private StubNvml writeConfig() {
    StringBuilder text = new StringBuilder();
    config.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    try {
      Path next = Files.writeString(directory.resolve("config.new"), text);
      Files.move(next, directory.resolve("config"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Returns the environment variables with which another process uses these GPUs. */
  public Map<String, String> environment() {
    String before = System.getenv("LD_LIBRARY_PATH");
    return Map.of(
        "LD_LIBRARY_PATH",
        before == null ? directory.toString() : directory + ":" + before,
        "PERSEUS_STUB_NVML",
        directory.toString());
  }

  /** Returns the provider of these GPUs in this process. */
  public NvmlProvider provider() {
    return provider(Map.of());
  }

  /**
   * Returns the provider of these GPUs in this process.
   *
   * @param environment environment variables that the provider reads
   */
  public NvmlProvider provider(Map<String, String> environment) {
    return new NvmlProvider(directory.resolve(NVML), directory.resolve(CUDA), environment);
  }

  /** Returns all calls of all processes that changed or reset a setting, in order of time. */
  public List<Setting> settings() {
    Path log = directory.resolve("settings.log");
    try {
      return Files.exists(log)
          ? Files.readAllLines(log).stream().map(Setting::parse).toList()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the clock in MHz to which each GPU is locked, without the GPUs that are not locked. */
  public Map<Integer, Integer> lockedClocks() {
    Map<Integer, Integer> locked = new TreeMap<>();
    for (Setting setting : settings()) {
      if (setting.result() == 0 && setting.function().equals("nvmlDeviceSetGpuLockedClocks")) {
        locked.put(setting.gpu(), setting.arguments().get(1));
      } else if (setting.result() == 0
          && setting.function().equals("nvmlDeviceResetGpuLockedClocks")) {
        locked.remove(setting.gpu());
      }
    }
    return locked;
  }

  /**
   * Returns the energy in joules that a GPU has used up to now. In contrast to the energy counter,
   * this value has no delay.
   */
  public double exactJoules(int gpu) {
    return (Double)
        library().getFunction("perseusStubExactJoules").invoke(Double.class, new Object[] {gpu});
  }

  /** Returns the SM clock in force in MHz. */
  public int clockMhz(int gpu) {
    return library().getFunction("perseusStubClockMhz").invokeInt(new Object[] {gpu});
  }

  private NativeLibrary library() {
    return NativeLibrary.getInstance(directory.resolve(NVML).toString());
  }
}
