package perseus.gpu;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** Finds the providers of real GPUs on the class path. */
public final class GpuProviders {
  private GpuProviders() {}

  /** Returns the names of all providers. */
  public static List<String> schemes() {
    return ServiceLoader.load(GpuProvider.class).stream()
        .map(provider -> provider.get().scheme())
        .sorted()
        .toList();
  }

  /** Returns the provider with a given name; empty if there is none. */
  public static Optional<GpuProvider> named(String scheme) {
    return ServiceLoader.load(GpuProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.scheme().equals(scheme))
        .findFirst();
  }
}
