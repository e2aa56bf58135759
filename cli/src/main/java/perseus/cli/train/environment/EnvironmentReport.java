package perseus.cli.train.environment;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuProvider;
import perseus.gpu.clock.ClockControl;
import perseus.io.UserError;
import perseus.tensor.runtime.CudaPyTorch;

/**
 * Prints facts about this host that matter for measurements on real GPUs, such as the driver, the
 * GPUs and their sensors. If something is missing, the report says how to get it. The report
 * changes no setting of a GPU, and takes about a second.
 */
public final class EnvironmentReport {
  private static final String CLOCK_CONTROL = "PERSEUS_CLOCK_CONTROL";
  private static final String EXTENSIONS = "PERSEUS_EXTENSIONS";
  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";
  private static final String ORDER = "CUDA_DEVICE_ORDER";

  private final GpuProvider provider;
  private final Map<String, String> environment;
  private final ProcessRights rights;
  private final long observedNanos;

  public EnvironmentReport(GpuProvider provider) {
    this(
        provider,
        System.getenv(),
        ProcessRights.read(Path.of("/proc/self/status")),
        TimeUnit.SECONDS.toNanos(1));
  }

  /**
   * Creates a report.
   *
   * @param observedNanos time in nanoseconds for which the energy counters are observed
   */
  EnvironmentReport(
      GpuProvider provider,
      Map<String, String> environment,
      ProcessRights rights,
      long observedNanos) {
    this.provider = provider;
    this.environment = environment;
    this.rights = rights;
    this.observedNanos = observedNanos;
  }

  /** Prints the report, which also says whether the driver is missing. */
  public void print(PrintWriter out) {
    List<GpuException> failures = new ArrayList<>();
    List<Gpu> gpus = List.of();
    String driver;
    try {
      gpus = provider.openAll(failures::add);
      driver = gpus.isEmpty() ? "no GPU" : gpus.get(0).info().driver();
    } catch (GpuException e) {
      driver = "none: " + e.getMessage();
    }
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Java", property("java.version") + " in " + property("java.home"));
    facts.put(
        "system",
        "%s %s %s, %d processors"
            .formatted(
                property("os.name"),
                property("os.version"),
                property("os.arch"),
                Runtime.getRuntime().availableProcessors()));
    facts.put("user", property("user.name") + " " + userRights());
    facts.put("driver (" + provider.scheme() + ")", driver);
    facts.put("PyTorch for CUDA", pyTorch());
    facts.put(EXTENSIONS, variable(EXTENSIONS));
    facts.put(CLOCK_CONTROL, variable(CLOCK_CONTROL));
    facts.put(ORDER, variable(ORDER));
    facts.put(VISIBLE, variable(VISIBLE));
    if (!gpus.isEmpty()) {
      facts.put("selected GPUs", selected());
      facts.put("clocks", clockControl());
    }
    print(out, "", facts);
    failures.forEach(
        failure -> out.printf("%nGPU that does not answer: %s%n", failure.getMessage()));
    List<Map<String, String>> described = describe(gpus);
    for (int i = 0; i < gpus.size(); i++) {
      out.printf("%nGPU %d: %s%n", gpus.get(i).info().index(), gpus.get(i).info().name());
      print(out, "  ", described.get(i));
    }
    gpus.forEach(Gpu::close);
    ExtensionReport.print(out);
    out.flush();
  }

  private static String property(String name) {
    return System.getProperty(name);
  }

  private String variable(String name) {
    String value = environment.get(name);
    if (value == null) {
      return "not set";
    }
    return value.isBlank() ? "empty" : value;
  }

  private String userRights() {
    String root = rights.root().map(is -> is ? "root, " : "not root, ").orElse("");
    return rights
        .administration()
        .map(has -> has ? "with CAP_SYS_ADMIN" : "without CAP_SYS_ADMIN")
        .map(administration -> "(" + root + administration + ")")
        .orElse("(rights unknown)");
  }

  /**
   * Returns a text with the place where PyTorch for CUDA was found, or with the reason why it was
   * not found.
   */
  private String pyTorch() {
    CudaPyTorch torch = CudaPyTorch.find(environment);
    return (torch.found() ? "" : "not found: ") + torch.explanation();
  }

  /**
   * Returns a text that says whether this process can set clocks of GPUs. The method sets no clock.
   */
  private String clockControl() {
    String control = environment.getOrDefault(CLOCK_CONTROL, "nvml").strip();
    if (control.equals("none")) {
      return "are never set, because of " + CLOCK_CONTROL + "=none";
    } else if (control.equals("zeusd") || control.startsWith("zeusd:")) {
      return "are set by Zeus's daemon at "
          + ClockControl.parse(control, environment).text().substring("zeusd:".length());
    } else if (!control.equals("nvml") && !control.isEmpty()) {
      return "%s is neither nvml nor zeusd:SOCKET nor none; correct it".formatted(CLOCK_CONTROL);
    }
    if (rights.administration().isEmpty()) {
      return "can be set by an administrator; it is unknown whether this process may set them";
    }
    return rights.administration().get()
        ? "can be set by this process"
        : "cannot be set by this process, because it lacks CAP_SYS_ADMIN. Start with sudo (in a container: docker run"
            + " --cap-add SYS_ADMIN), or measure at the default clocks with --clock_control none, or under Slurm start one"
            + " run per clock with srun --gpu-freq, or use Zeus's daemon with --clock_control"
            + " zeusd:/var/run/zeusd.sock";
  }

  /** Returns a text that lists the GPUs that CUDA_VISIBLE_DEVICES selects, in the order of CUDA. */
  private String selected() {
    try {
      List<Gpu> visible = provider.openVisible();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < visible.size(); i++) {
        names.add("CUDA %d = GPU %d".formatted(i, visible.get(i).info().index()));
        visible.get(i).close();
      }
      return names.isEmpty() ? "none" : String.join(", ", names);
    } catch (UserError e) {
      return "none: " + e.getMessage();
    }
  }

  /**
   * Describes all GPUs at the same time, because the description of each GPU observes its energy
   * counter for a while.
   */
  private List<Map<String, String>> describe(List<Gpu> gpus) {
    ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, gpus.size()));
    try {
      List<Future<Map<String, String>>> running = new ArrayList<>();
      for (Gpu gpu : gpus) {
        running.add(threads.submit(() -> new GpuReport(gpu, observedNanos).facts()));
      }
      List<Map<String, String>> described = new ArrayList<>();
      for (Future<Map<String, String>> facts : running) {
        described.add(facts.get());
      }
      return described;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("The report was interrupted.");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static void print(PrintWriter out, String indent, Map<String, String> facts) {
    int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
    facts.forEach((name, value) -> out.printf("%s%-" + width + "s  %s%n", indent, name, value));
  }
}
