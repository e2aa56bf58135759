package perseus.gpu;

import java.util.List;
import java.util.Optional;
import perseus.extension.Registry;

/** Finds the providers of real GPUs: those of this project, and those of extensions. */
public final class GpuProviders {
  private static final Registry<GpuProvider> REGISTRY =
      Registry.of("provider of GPUs", GpuProvider.class, GpuProvider::scheme, List.of())
          .reserving(GpuType.SIMULATED);

  private GpuProviders() {}

  /**
   * Returns the names of all providers, those of this project first.
   *
   * @throws perseus.io.UserError if an extension with a provider cannot be used
   */
  public static List<String> schemes() {
    return REGISTRY.names();
  }

  /**
   * Returns the provider with a given name; empty if there is none.
   *
   * @throws perseus.io.UserError if an extension with a provider cannot be used
   */
  public static Optional<GpuProvider> named(String scheme) {
    return REGISTRY.find(scheme);
  }
}
