package perseus.cli.train;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import perseus.cli.common.FlagGroup;
import perseus.control.Mode;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuInfo;
import perseus.gpu.GpuProvider;
import perseus.gpu.GpuProviders;
import perseus.gpu.GpuType;
import perseus.gpu.clock.ClockControl;
import perseus.io.Named;
import perseus.io.UserError;
import perseus.tensor.runtime.CudaPyTorch;
import picocli.CommandLine.Option;

/** Reads the flags that choose GPUs, real or simulated, and where tensors are computed. */
@FlagGroup("GPUs")
final class GpuFlags {
  private static final String DEFAULT_SIMULATED = "sim:a100-pcie";

  /** The published schedulers of Zeus try power limits in steps of 25 W. */
  private static final int LIMIT_STEP_WATTS = 25;

  private static final List<String> DEVICES = List.of("auto", "cpu", "cuda");

  @Option(
      names = "--gpu",
      paramLabel = "NAME",
      completionCandidates = GpuNames.class,
      description =
          "The GPUs: ${COMPLETION-CANDIDATES}. nvml stands for the NVIDIA GPUs of this host, and sim: for simulated ones."
              + " A simulated one can have another power limit in watts (sim:a100-sxm,cap=300), another time"
              + " constant of its power sensor in ms (lowpass=100), and another increase of its power per 10 K in percent"
              + " (heat=0). Default: nvml if this host has a GPU for each rank and PyTorch for CUDA, else"
              + " sim:a100-pcie.")
  private String name;

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|cuda",
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

  /** Returns whether the user has given the flag {@code --gpu}. */
  boolean isGiven() {
    return name != null;
  }

  /**
   * Checks the values of all flags of this class whose values can be checked without opening a GPU.
   */
  void check(boolean virtual) {
    if (!DEVICES.contains(device)) {
      throw Named.unknown("device", device, DEVICES);
    }
    if (name != null) {
      GpuNames.require(name);
    }
    if (virtual && GpuNames.isReal(name)) {
      throw new UserError(
          "The virtual engine simulates its GPUs; choose --gpu sim:NAME, or --engine djl for --gpu %s."
              .formatted(name));
    }
  }

  /**
   * Holds the requirements of a run on the GPUs of this node.
   *
   * @param clockControl way to set clocks. If no clock is set, a scheduler may choose only the
   *     highest clock. A GPU whose clock is not locked runs at its highest clock unless a limit
   *     lowers the clock.
   * @param mode whether the run sets clocks or power limits
   * @param replay whether the run executes saved plans, which may contain any supported clock
   */
  record Needs(int ranks, ClockControl clockControl, Mode mode, boolean replay) {}

  /**
   * Chooses the GPUs of this node.
   *
   * @throws UserError if the user has chosen real GPUs and they cannot be used
   */
  GpuChoice choose(boolean virtual, Needs needs) {
    GpuChoice choice = choiceFor(virtual, needs);
    if (choice.type().simulated() && needs.mode() == Mode.POWER_LIMIT) {
      throw new UserError(
          "--power_limit needs real GPUs, but the GPUs of this run are simulated%s."
              .formatted(
                  choice.explanation() == null
                      ? ""
                      : ": " + choice.explanation().replaceFirst("\\.$", "")));
    }
    return choice;
  }

  private GpuChoice choiceFor(boolean virtual, Needs needs) {
    if (virtual || name != null && !GpuNames.isReal(name)) {
      return GpuChoice.simulated(
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
      return GpuChoice.simulated(
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
      return choose(gpus, needs, torch);
    } finally {
      gpus.forEach(Gpu::close);
    }
  }

  /**
   * Chooses either the real GPUs that this process may use or simulated GPUs.
   *
   * @param torch result of the search for a PyTorch for CUDA
   */
  GpuChoice choose(List<Gpu> gpus, Needs needs, CudaPyTorch torch) {
    int ranks = needs.ranks();
    if (device.equals("cuda")) {
      requireCuda(torch);
    }
    String shortage = shortage(gpus, ranks);
    if (name == null && (!torch.found() || shortage != null)) {
      return GpuChoice.simulated(
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
    return new GpuChoice(
        type(perRank, needs),
        perRank.stream().map(Gpu::info).toList(),
        cuda && ranks <= gpus.size()
            ? perRank.stream().map(Gpu::freeMemoryBytes).toList()
            : List.of(),
        perRank.stream().allMatch(GpuFlags::reportsSamples),
        cuda ? "cuda" : "cpu",
        torch.environment(),
        sharing(ranks, gpus.size())
            + (cuda
                ? torch.explanation() + "."
                : "warning: Tensors are computed on the CPU, so the energies of the GPUs are not the energies of the"
                    + " training: "
                    + torch.explanation()
                    + "."));
  }

  private static String sharing(int ranks, int gpus) {
    return ranks <= gpus
        ? ""
        : "warning: %d ranks share %s, so the energy of a GPU is counted once for each of its ranks, and a change of clock by one rank changes the others.%n"
            .formatted(ranks, Named.count(gpus, "GPU"));
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

  private GpuType type(List<Gpu> gpus, Needs needs) {
    boolean limits = needs.mode() == Mode.POWER_LIMIT;
    return GpuType.ofReal(
        scheme(),
        gpus.stream().map(Gpu::info).toList(),
        limits ? powerLimits(gpus.get(0).info()) : clocks(gpus.get(0), needs),
        needs.clockControl().text(),
        limits);
  }

  private static boolean reportsSamples(Gpu gpu) {
    try {
      gpu.powerSamples(0);
      return true;
    } catch (GpuException e) {
      if (e.reason() != GpuException.Reason.NOT_SUPPORTED) {
        throw e;
      }
      return false;
    }
  }

  private static List<Integer> clocks(Gpu gpu, Needs needs) {
    List<Integer> clocks = gpu.info().clocksMhz();
    if (needs.clockControl() instanceof ClockControl.None
        && (clocks.isEmpty() || !needs.replay())) {
      return List.of(clocks.isEmpty() ? gpu.state().smMhz() : clocks.get(0));
    }
    if (clocks.isEmpty()) {
      throw new UserError(
          "The driver lists no clocks of the %s, so no clock can be set. Use --clock_control none to measure at the clock that the GPU chooses."
              .formatted(gpu.info().name()));
    }
    return clocks;
  }

  /** Returns the power limits in watts that a scheduler may choose, highest first. */
  private static List<Integer> powerLimits(GpuInfo gpu) {
    if (gpu.powerLimits() == null) {
      throw new UserError(
          "The driver does not report the power limits of the %s, so no power limit can be set."
              .formatted(gpu.name()));
    }
    int lowest = (int) Math.ceil(gpu.powerLimits().minWatts());
    int highest = (int) Math.floor(gpu.powerLimits().maxWatts());
    return IntStream.iterate(highest, watts -> watts >= lowest, watts -> watts - LIMIT_STEP_WATTS)
        .boxed()
        .toList();
  }

  /**
   * Returns the name of the provider of real GPUs. If the user has chosen no provider, the name is
   * nvml.
   */
  String scheme() {
    return GpuNames.scheme(name);
  }

  GpuProvider provider() {
    return GpuProviders.named(scheme())
        .orElseThrow(
            () ->
                new GpuException(
                    GpuException.Reason.NO_DRIVER, "This build has no driver for real GPUs."));
  }
}
