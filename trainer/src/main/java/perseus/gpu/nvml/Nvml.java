package perseus.gpu.nvml;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import perseus.gpu.GpuException;
import perseus.gpu.GpuException.Reason;

/**
 * Calls NVIDIA's library NVML. Some NVML functions have several versions. The first call of a
 * function finds the newest version in the installed driver. If an old driver lacks a function,
 * only the calls of this function fail. All methods are thread-safe.
 *
 * <p>NVML is initialized at the first call of {@link #open}, and stays initialized until the
 * process ends.
 */
final class Nvml {
  /**
   * Holds the library NVML, which is loaded at its first use. The library NVML is never unloaded,
   * because it runs its own threads.
   */
  private static final class Installed {
    private static final Nvml NVML = new Nvml(Platform.isWindows() ? "nvml" : "libnvidia-ml.so.1");
  }

  private static final int TEXT_BYTES = 96;

  private final String name;
  private final Map<NvmlFunction, Function> found = new ConcurrentHashMap<>();
  private volatile NativeLibrary library;
  private boolean initialized;
  private volatile String driver = "of unknown version";

  private Nvml(String name) {
    this.name = name;
  }

  /**
   * Returns an object that calls the NVML library of this host. The dynamic linker finds the
   * library by its file name.
   */
  static Nvml installed() {
    return Installed.NVML;
  }

  static Nvml in(Path file) {
    return new Nvml(file.toAbsolutePath().toString());
  }

  /**
   * Loads and initializes NVML, unless an earlier call has initialized it.
   *
   * @throws GpuException if NVML is missing, or if the driver does not work
   */
  synchronized void open() {
    if (initialized) {
      return;
    }
    if (library == null) {
      library = load();
    }
    check("The NVIDIA driver", NvmlFunction.INIT);
    initialized = true;
    byte[] version = new byte[TEXT_BYTES];
    try {
      if (call(NvmlFunction.DRIVER_VERSION, version, TEXT_BYTES) == NvmlError.SUCCESS) {
        driver = Native.toString(version, "UTF-8");
      }
    } catch (GpuException e) {
      // The driver is too old to report its version.
    }
  }

  private NativeLibrary load() {
    try {
      // The call of getNativeSize loads the native part of the library JNA.
      Native.getNativeSize(int.class);
    } catch (LinkageError e) {
      throw new GpuException(
          Reason.NO_DRIVER,
          ("The library JNA, which calls NVML, cannot load its native part (%s). Set the system property jna.tmpdir to a"
                  + " directory in which this user may write and execute files, for example with"
                  + " JAVA_TOOL_OPTIONS=-Djna.tmpdir=DIR.")
              .formatted(reason(e)));
    }
    try {
      return NativeLibrary.getInstance(name);
    } catch (UnsatisfiedLinkError e) {
      throw new GpuException(
          Reason.NO_DRIVER,
          ("NVIDIA's library NVML (%s) cannot be loaded (%s). Install the NVIDIA driver; in a container, give it the"
                  + " host's GPUs (docker run --gpus all); if the library is in an unusual directory, add the directory"
                  + " to LD_LIBRARY_PATH.")
              .formatted(name, reason(e)));
    }
  }

  /**
   * Returns the reason why a library could not be loaded. The first line of the error's message is
   * by the library JNA, and the second line is the reason that the dynamic linker states.
   */
  private static String reason(Throwable error) {
    List<String> lines = String.valueOf(error.getMessage()).lines().toList();
    return lines.stream().filter(line -> !line.endsWith(":")).findFirst().orElse("no reason given");
  }

  String driver() {
    return driver;
  }

  /**
   * Calls an NVML function and returns its error code.
   *
   * @param arguments arguments of the function, in Java types that the library JNA can convert
   * @throws GpuException with the reason {@code NOT_SUPPORTED} if the installed driver lacks the
   *     function
   */
  int call(NvmlFunction function, Object... arguments) {
    return found.computeIfAbsent(function, this::find).invokeInt(arguments);
  }

  private Function find(NvmlFunction function) {
    for (String version : function.names()) {
      Optional<Function> symbol = symbol(version);
      if (symbol.isPresent()) {
        return symbol.get();
      }
    }
    throw new GpuException(
        Reason.NOT_SUPPORTED,
        "The installed NVIDIA driver (%s) does not have the function %s. Install a newer driver."
            .formatted(driver, function.names().get(0)));
  }

  private Optional<Function> symbol(String version) {
    try {
      return Optional.of(library.getFunction(version));
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty();
    }
  }

  /**
   * Calls a function.
   *
   * @param subject name of the GPU or the driver, with which the error message begins
   * @throws GpuException if the driver lacks the function, or if the call fails
   */
  void check(String subject, NvmlFunction function, Object... arguments) {
    int code = call(function, arguments);
    if (code != NvmlError.SUCCESS) {
      throw failure(subject, function, code);
    }
  }

  GpuException failure(String subject, NvmlFunction function, int code) {
    String call = "%s returned the error %d".formatted(found.get(function).getName(), code);
    Optional<NvmlError> error = NvmlError.of(code);
    if (error.isEmpty()) {
      return new GpuException(
          Reason.OTHER,
          "%s: %s%s. See dmesg for messages of the driver (search for NVRM and Xid)."
              .formatted(subject, call, explanation(code)));
    }
    if (error.get() == NvmlError.NO_PERMISSION && function.changesSetting()) {
      return new GpuException(
          Reason.NO_PERMISSION,
          ("%s: changing clocks or power limits needs root or the capability CAP_SYS_ADMIN (%s). Start with sudo (in a"
                  + " container: docker run --cap-add SYS_ADMIN), or measure at the default clocks with --clock_control"
                  + " none, or under Slurm start one run per clock with srun --gpu-freq, or use Zeus's daemon with"
                  + " --clock_control zeusd:/var/run/zeusd.sock.")
              .formatted(subject, call));
    }
    return new GpuException(
        error.get().reason(),
        "%s: %s (%s). %s".formatted(subject, error.get().cause(), call, error.get().remedy()));
  }

  private String explanation(int code) {
    return symbol("nvmlErrorString")
        .map(function -> (Pointer) function.invoke(Pointer.class, new Object[] {code}))
        .map(text -> " (" + text.getString(0) + ")")
        .orElse("");
  }
}
