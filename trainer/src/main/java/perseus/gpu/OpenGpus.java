package perseus.gpu;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import perseus.io.Named;
import perseus.io.UserError;

/**
 * Holds the opened GPUs of this host in the order of their UUIDs. All runs reserve their GPUs in
 * this order. So two runs never each hold a GPU that the other run needs too.
 */
public record OpenGpus(List<Gpu> gpus) implements AutoCloseable {
  /**
   * Opens all GPUs of this host that answer.
   *
   * @param scheme name of the {@link GpuProvider} that opens the GPUs
   * @param failed function that receives the exception of each GPU that does not answer
   * @throws UserError if no {@link GpuProvider} has this name, or if the driver does not answer
   */
  public static OpenGpus all(String scheme, Consumer<GpuException> failed) {
    GpuProvider provider =
        GpuProviders.named(scheme)
            .orElseThrow(() -> Named.unknown("provider of GPUs", scheme, GpuProviders.schemes()));
    return new OpenGpus(
        provider.openAll(failed).stream()
            .sorted(Comparator.comparing(gpu -> gpu.info().uuid()))
            .toList());
  }

  /**
   * Opens the GPUs of this host that have the given UUIDs.
   *
   * @param scheme name of the {@link GpuProvider} that opens the GPUs
   * @throws GpuException if one of the GPUs does not answer
   * @throws UserError if no {@link GpuProvider} has this name, or if this host has no GPU with one
   *     of the UUIDs
   */
  public static OpenGpus of(String scheme, List<String> uuids) {
    Set<String> missing = new TreeSet<>(uuids);
    List<GpuException> failed = new ArrayList<>();
    List<Gpu> chosen = new ArrayList<>();
    for (Gpu gpu : all(scheme, failed::add).gpus()) {
      if (missing.remove(gpu.info().uuid())) {
        chosen.add(gpu);
      } else {
        gpu.close();
      }
    }
    OpenGpus open = new OpenGpus(List.copyOf(chosen));
    if (!missing.isEmpty()) {
      open.close();
      if (!failed.isEmpty()) {
        throw failed.get(0);
      }
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
