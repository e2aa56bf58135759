package perseus.gpu;

import java.util.List;
import java.util.Optional;
import perseus.extension.Registry;

/** Finds all implementations of {@link GpuProvider}, in this project and in extensions. */
public final class GpuProviders {
  private static final Registry<GpuProvider> REGISTRY =
      Registry.of("provider of GPUs", GpuProvider.class, GpuProvider::scheme, List.of())
          .reserving(GpuType.SIMULATED);

  private GpuProviders() {}

  /**
   * Returns the names of all implementations of {@link GpuProvider}; the names of extensions come
   * last.
   *
   * @throws perseus.io.UserError if an extension cannot be loaded
   */
  public static List<String> schemes() {
    return REGISTRY.names();
  }

  /**
   * Returns the implementation of {@link GpuProvider} with the given name; empty if none has this
   * name.
   *
   * @throws perseus.io.UserError if an extension cannot be loaded
   */
  public static Optional<GpuProvider> named(String scheme) {
    return REGISTRY.find(scheme);
  }
}
