package perseus.gpu.nvml;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import perseus.cuda.CudaDriver;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuException.Reason;
import perseus.gpu.GpuInfo.EnergySource;
import perseus.gpu.GpuProvider;
import perseus.io.UserError;

/** Opens NVIDIA GPUs through NVML. */
public final class NvmlProvider implements GpuProvider {
  private final Nvml nvml;
  private final CudaDriver cuda;
  private final Map<String, String> environment;

  /**
   * Creates an object that reads CUDA_VISIBLE_DEVICES from the environment of the calling process.
   */
  public NvmlProvider() {
    this(Nvml.installed(), CudaDriver.installed(), System.getenv());
  }

  /**
   * Creates an object that loads NVML and CUDA's driver library from the given files.
   *
   * @param nvmlLibrary file of the library NVML
   * @param cudaLibrary file of CUDA's driver library; the file may be missing
   * @param environment environment variables; only CUDA_VISIBLE_DEVICES and CUDA_DEVICE_ORDER are
   *     read
   */
  public NvmlProvider(Path nvmlLibrary, Path cudaLibrary, Map<String, String> environment) {
    this(Nvml.in(nvmlLibrary), CudaDriver.in(cudaLibrary), environment);
  }

  private NvmlProvider(Nvml nvml, CudaDriver cuda, Map<String, String> environment) {
    this.nvml = nvml;
    this.cuda = cuda;
    this.environment = environment;
  }

  @Override
  public String scheme() {
    return "nvml";
  }

  @Override
  public List<Gpu> openAll() {
    return openAll(
        failure -> {
          throw failure;
        });
  }

  @Override
  public List<Gpu> openAll(Consumer<GpuException> failed) {
    return List.copyOf(open(failed));
  }

  private List<NvmlGpu> open(Consumer<GpuException> failed) {
    nvml.open();
    IntByReference count = new IntByReference();
    nvml.check("The NVIDIA driver", NvmlFunction.COUNT, count);
    List<NvmlGpu> gpus = new ArrayList<>();
    GpuException hidden = null;
    for (int index = 0; index < count.getValue(); index++) {
      PointerByReference handle = new PointerByReference();
      int code = nvml.call(NvmlFunction.HANDLE, index, handle);
      if (code == NvmlError.NO_PERMISSION.code()) {
        // A batch system may hide some GPUs of the host from this process.
        hidden = nvml.failure("GPU " + index, NvmlFunction.HANDLE, code);
      } else if (code != NvmlError.SUCCESS) {
        failed.accept(nvml.failure("GPU " + index, NvmlFunction.HANDLE, code));
      } else {
        describe(handle.getValue(), index, failed).ifPresent(gpus::add);
      }
    }
    if (hidden != null && gpus.isEmpty()) {
      failed.accept(hidden);
    }
    return gpus;
  }

  private Optional<NvmlGpu> describe(Pointer handle, int index, Consumer<GpuException> failed) {
    try {
      return Optional.of(new NvmlGpu(nvml, handle, index));
    } catch (GpuException e) {
      failed.accept(e);
      return Optional.empty();
    }
  }

  @Override
  public List<Gpu> openVisible() {
    VisibleDevices selection = VisibleDevices.parse(environment.get(VisibleDevices.VARIABLE));
    if (selection.isEmpty()) {
      return List.of();
    }
    List<GpuException> failures = new ArrayList<>();
    List<NvmlGpu> gpus = new ArrayList<>(open(failures::add));
    gpus.sort(Comparator.comparing(gpu -> gpu.info().pciBusId()));
    List<NvmlGpu> selected;
    try {
      selected = select(selection, gpus, failures);
    } catch (UserError e) {
      // If a GPU was not found, it may be one of the GPUs that do not answer.
      throw failures.isEmpty() ? e : failures.get(0);
    }
    selected.forEach(NvmlProvider::requireMeasurable);
    return List.copyOf(selected);
  }

  /**
   * Returns the selected GPUs in the order in which CUDA lists GPUs.
   *
   * @param gpus GPUs that answer, in ascending order of their PCI addresses
   * @param failures errors of the GPUs that do not answer
   */
  private List<NvmlGpu> select(
      VisibleDevices selection, List<NvmlGpu> gpus, List<GpuException> failures) {
    if (!selection.uuids().isEmpty()) {
      return selection.select(gpus, gpu -> gpu.info().uuid());
    }
    Optional<List<String>> order = cuda.uuids();
    if (order.isEmpty()) {
      if (!failures.isEmpty()) {
        // CUDA's order of GPUs is unknown if a GPU does not answer.
        throw failures.get(0);
      }
      requireKnownOrder(selection, gpus);
      return selection.select(gpus, gpu -> gpu.info().uuid());
    }
    if (failures.isEmpty()) {
      // The method select throws an error if a GPU number is unknown or repeated.
      selection.select(gpus, gpu -> gpu.info().uuid());
    }
    List<String> uuids = order.get();
    if (!selection.all() && uuids.size() != selection.numbers().size()) {
      throw new UserError(
          "%s selects %d GPUs, but CUDA uses %d of them (%s). Name only GPUs that CUDA can use."
              .formatted(
                  VisibleDevices.VARIABLE,
                  selection.numbers().size(),
                  uuids.size(),
                  String.join(", ", uuids)));
    }
    return uuids.stream().map(uuid -> withUuid(uuid, gpus)).toList();
  }

  private static NvmlGpu withUuid(String uuid, List<NvmlGpu> gpus) {
    return gpus.stream()
        .filter(gpu -> gpu.info().uuid().equalsIgnoreCase(uuid))
        .findFirst()
        .orElseThrow(
            () ->
                new GpuException(
                    Reason.NOT_SUPPORTED,
                    ("CUDA computes on the device %s, which NVML does not list as a GPU. It is probably a MIG instance,"
                            + " whose energy cannot be measured; choose a GPU that is not in MIG mode with %s.")
                        .formatted(uuid, VisibleDevices.VARIABLE)));
  }

  /**
   * Refuses GPU numbers in CUDA_VISIBLE_DEVICES if CUDA's order of the GPUs is not known. If two
   * GPUs are of different models, only CUDA's driver library can tell which of them CUDA lists
   * first.
   */
  private void requireKnownOrder(VisibleDevices selection, List<NvmlGpu> gpus) {
    boolean different = gpus.stream().map(gpu -> gpu.info().name()).distinct().count() > 1;
    if (different
        && !selection.numbers().isEmpty()
        && !"PCI_BUS_ID".equals(environment.get("CUDA_DEVICE_ORDER"))) {
      throw new UserError(
          ("%s selects GPUs by number, but CUDA's order of the different GPUs of this host is not known. Set"
                  + " CUDA_DEVICE_ORDER=PCI_BUS_ID, or select GPUs by UUID.")
              .formatted(VisibleDevices.VARIABLE));
    }
  }

  private static void requireMeasurable(NvmlGpu gpu) {
    if (gpu.mig()) {
      throw new GpuException(
          Reason.NOT_SUPPORTED,
          ("%s is in MIG mode, so that its energy counter counts several instances. Choose another GPU with %s, or let an"
                  + " administrator turn MIG mode off (nvidia-smi -i %d -mig 0).")
              .formatted(gpu.subject(), VisibleDevices.VARIABLE, gpu.info().index()));
    }
    if (gpu.info().energySource() == EnergySource.NONE) {
      throw new GpuException(
          Reason.NOT_SUPPORTED,
          ("The energy of %s cannot be measured: the driver (%s) offers neither an energy counter nor power samples for it."
                  + " Use another GPU or a newer driver.")
              .formatted(gpu.subject(), gpu.info().driver()));
    }
  }
}
