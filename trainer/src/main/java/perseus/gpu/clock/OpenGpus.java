package perseus.gpu.clock;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import perseus.gpu.Gpu;
import perseus.gpu.GpuProvider;
import perseus.gpu.GpuProviders;
import perseus.io.Named;
import perseus.io.UserError;

/**
 * Holds opened GPUs of this host, in the order of their UUIDs, so that all runs take leases in the
 * same order.
 *
 * @param gpus the GPUs
 */
record OpenGpus(List<Gpu> gpus) implements AutoCloseable {
  /**
   * Opens all GPUs of this host.
   *
   * @param scheme name of the GPUs' provider
   * @throws UserError if there is no such provider
   */
  static OpenGpus all(String scheme) {
    GpuProvider provider =
        GpuProviders.named(scheme)
            .orElseThrow(() -> Named.unknown("provider of GPUs", scheme, GpuProviders.schemes()));
    return new OpenGpus(
        provider.openAll().stream()
            .sorted(Comparator.comparing(gpu -> gpu.info().uuid()))
            .toList());
  }

  /**
   * Opens some GPUs of this host.
   *
   * @param scheme name of the GPUs' provider
   * @param uuids UUIDs of the GPUs
   * @throws UserError if there is no such provider or GPU
   */
  static OpenGpus of(String scheme, List<String> uuids) {
    Set<String> missing = new TreeSet<>(uuids);
    List<Gpu> chosen = new ArrayList<>();
    for (Gpu gpu : all(scheme).gpus()) {
      if (missing.remove(gpu.info().uuid())) {
        chosen.add(gpu);
      } else {
        gpu.close();
      }
    }
    OpenGpus open = new OpenGpus(List.copyOf(chosen));
    if (!missing.isEmpty()) {
      open.close();
      throw new UserError(
          "This host has no GPU %s. Choose GPUs that this host has."
              .formatted(Named.list(List.copyOf(missing))));
    }
    return open;
  }

  @Override
  public void close() {
    gpus.forEach(Gpu::close);
  }
}
