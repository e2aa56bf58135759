package perseus.cli.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuInfo;
import perseus.gpu.GpuProvider;
import perseus.gpu.GpuProviders;
import perseus.gpu.GpuType;
import perseus.gpu.sim.SimulatedGpus;
import perseus.io.Named;
import perseus.io.UserError;
import perseus.tensor.runtime.CudaPyTorch;
import picocli.CommandLine.Option;

/** Reads the flags that choose GPUs, real or simulated, and where tensors are computed. */
final class GpuFlags {
  private static final String DEFAULT_SIMULATED = "sim:a100-pcie";

  /** The name of the provider of real GPUs. */
  static final String REAL = "nvml";

  private static final List<String> DEVICES = List.of("auto", "cpu", "cuda");

  @Option(
      names = "--gpu",
      paramLabel = "NAME",
      description =
          "The GPUs: nvml for the NVIDIA GPUs of this host, or a simulated one: sim:a100-pcie, sim:a100-sxm, sim:a40 or"
              + " sim:h200. Default: nvml if this host has a GPU for each rank and PyTorch for CUDA, else"
              + " sim:a100-pcie.")
  private String name;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "auto",
      description =
          "Where tensors are computed: cpu, cuda, or auto (the default), which is cuda where PyTorch for CUDA and a GPU"
              + " are found.")
  private String device;

  @Option(
      names = "--allow_shared_gpus",
      description =
          "Let several ranks share a GPU. Without this flag, a run with more ranks than GPUs is refused, because the"
              + " energy of a shared GPU cannot be attributed to its ranks.")
  private boolean allowSharedGpus;

  /**
   * Holds the GPUs of a run on this node.
   *
   * @param type the GPU model and its clocks
   * @param perRank the real GPU of each rank on this node; empty if GPUs are simulated
   * @param freeBytes bytes of free memory on the GPU of each rank on this node; empty if tensors
   *     are not computed on real GPUs of their own
   * @param device where tensors are computed: {@code cpu}, {@code cuda} or {@code auto}
   * @param environment environment variables that ranks need to find PyTorch for CUDA
   * @param explanation a sentence for the user about what was chosen; null if there is nothing to
   *     say
   */
  record Choice(
      GpuType type,
      List<GpuInfo> perRank,
      List<Long> freeBytes,
      String device,
      Map<String, String> environment,
      String explanation) {
    private static Choice simulated(
        String name, String device, Map<String, String> environment, String explanation) {
      GpuType type = FlagHint.with("--gpu", () -> SimulatedGpus.named(name).type());
      return new Choice(type, List.of(), List.of(), device, environment, explanation);
    }
  }

  /** Returns whether the user has chosen GPUs by the flag {@code --gpu}. */
  boolean isGiven() {
    return name != null;
  }

  /**
   * Checks the values of all flags of this class whose values can be checked without opening a GPU.
   *
   * @param virtual whether the engine simulates the job
   */
  void check(boolean virtual) {
    if (!DEVICES.contains(device)) {
      throw Named.unknown("device", device, DEVICES);
    }
    if (name != null && !name.equals(REAL)) {
      requireSimulated();
    }
    if (virtual && REAL.equals(name)) {
      throw new UserError(
          "The virtual engine simulates its GPUs; choose --gpu sim:NAME, or --engine djl for --gpu nvml.");
    }
  }

  private void requireSimulated() {
    List<String> names = new ArrayList<>(SimulatedGpus.names());
    if (names.stream().noneMatch(name.strip()::equalsIgnoreCase)) {
      names.add(0, REAL);
      throw Named.unknown("GPU for --gpu", name, names);
    }
  }

  /**
   * Chooses the GPUs of this node.
   *
   * @param virtual whether the engine simulates the job
   * @param ranks number of ranks on this node
   * @param clockControl how clocks are set. With {@code none}, a scheduler may only choose the
   *     highest clock, at which the GPU runs by itself unless a limit lowers it.
   * @param replay whether the run replays saved plans, which name any supported clock
   * @throws UserError if real GPUs were chosen and cannot be used
   */
  Choice choose(boolean virtual, int ranks, String clockControl, boolean replay) {
    if (virtual || name != null && !name.equals(REAL)) {
      return Choice.simulated(
          name == null ? DEFAULT_SIMULATED : name,
          device,
          virtual || !device.equals("cuda")
              ? Map.of()
              : requireCuda(CudaPyTorch.find(System.getenv())),
          null);
    }
    List<Gpu> gpus = List.of();
    try {
      gpus = provider().openVisible();
    } catch (GpuException e) {
      if (name != null) {
        throw e;
      }
      if (device.equals("cuda")) {
        throw new UserError("--device cuda needs an NVIDIA GPU. " + e.getMessage(), e);
      }
      return Choice.simulated(
          DEFAULT_SIMULATED,
          device,
          Map.of(),
          e.reason() == GpuException.Reason.NO_DRIVER ? null : e.getMessage());
    }
    try {
      CudaPyTorch torch =
          device.equals("cpu")
              ? new CudaPyTorch(Map.of(), false, "--device cpu was given")
              : CudaPyTorch.find(System.getenv());
      return choose(gpus, ranks, clockControl, replay, torch);
    } finally {
      gpus.forEach(Gpu::close);
    }
  }

  /**
   * Chooses between the real GPUs that this process may use and simulated ones.
   *
   * @param torch whether there is a PyTorch for CUDA
   */
  Choice choose(List<Gpu> gpus, int ranks, String clockControl, boolean replay, CudaPyTorch torch) {
    if (device.equals("cuda")) {
      requireCuda(torch);
    }
    String shortage = shortage(gpus, ranks);
    if (name == null && (!torch.found() || shortage != null)) {
      return Choice.simulated(
          DEFAULT_SIMULATED,
          torch.found() ? device : "cpu",
          torch.found() && device.equals("cuda") ? torch.environment() : Map.of(),
          "The GPUs of this host are not used: "
              + (shortage == null ? torch.explanation() : shortage)
              + ".");
    }
    if (shortage != null) {
      throw new UserError(shortage + ".");
    }
    List<Gpu> perRank = IntStream.range(0, ranks).mapToObj(i -> gpus.get(i % gpus.size())).toList();
    boolean cuda = torch.found();
    return new Choice(
        type(perRank, clockControl, replay),
        perRank.stream().map(Gpu::info).toList(),
        cuda && ranks <= gpus.size()
            ? perRank.stream().map(Gpu::freeMemoryBytes).toList()
            : List.of(),
        cuda ? "cuda" : "cpu",
        torch.environment(),
        sharing(ranks, gpus.size())
            + (cuda
                ? torch.explanation() + "."
                : "warning: Tensors are computed on the CPU, so that the energies of the GPUs are not those of the"
                    + " training: "
                    + torch.explanation()
                    + "."));
  }

  private static String sharing(int ranks, int gpus) {
    return ranks <= gpus
        ? ""
        : "warning: %d ranks share %d %s, so that the energy of a GPU is counted once for each of its ranks, and a change of clock by one rank changes the others.%n"
            .formatted(ranks, gpus, gpus == 1 ? "GPU" : "GPUs");
  }

  private static Map<String, String> requireCuda(CudaPyTorch torch) {
    if (!torch.found()) {
      throw new UserError("--device cuda needs PyTorch for CUDA: " + torch.explanation() + ".");
    }
    return torch.environment();
  }

  private String shortage(List<Gpu> gpus, int ranks) {
    if (gpus.isEmpty()) {
      return "This host has no GPU, or CUDA_VISIBLE_DEVICES selects none; %d %s needed"
          .formatted(ranks, ranks == 1 ? "is" : "are");
    }
    if (ranks > gpus.size() && !allowSharedGpus) {
      return "%d ranks need %d GPUs on this host, but it has %d; --allow_shared_gpus lets ranks share a GPU"
          .formatted(ranks, ranks, gpus.size());
    }
    return null;
  }

  private static GpuType type(List<Gpu> gpus, String clockControl, boolean replay) {
    GpuInfo first = gpus.get(0).info();
    for (Gpu each : gpus) {
      GpuInfo other = each.info();
      if (!other.name().equals(first.name()) || !other.clocksMhz().equals(first.clocksMhz())) {
        throw new UserError(
            "GPU %d is an %s and GPU %d an %s; select equal GPUs by CUDA_VISIBLE_DEVICES."
                .formatted(first.index(), first.name(), other.index(), other.name()));
      }
    }
    List<Integer> clocks = new ArrayList<>(first.clocksMhz());
    if (clockControl.equals("none") && (clocks.isEmpty() || !replay)) {
      clocks = List.of(clocks.isEmpty() ? gpus.get(0).state().smMhz() : clocks.get(0));
    } else if (clocks.isEmpty()) {
      throw new UserError(
          "The driver lists no clocks of the %s, so that none can be set; --clock_control none measures at the clock that the GPU chooses."
              .formatted(first.name()));
    }
    return new GpuType(REAL, first.name(), clocks, REAL, first.driver(), clockControl);
  }

  /** Returns the driver of real GPUs. */
  static GpuProvider provider() {
    return GpuProviders.named(REAL)
        .orElseThrow(
            () ->
                new GpuException(
                    GpuException.Reason.NO_DRIVER, "This build has no driver for real GPUs."));
  }
}
