package perseus.cli.train;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import perseus.gpu.GpuProviders;
import perseus.gpu.sim.SimulatedGpus;
import perseus.io.Named;
import perseus.io.UserError;

/** Lists the names that the flag {@code --gpu} accepts, for the help texts and for its checks. */
public final class GpuNames implements Iterable<String> {
  /** The name of the provider of NVIDIA's GPUs. */
  public static final String NVIDIA = "nvml";

  @Override
  public Iterator<String> iterator() {
    return all().iterator();
  }

  private static List<String> all() {
    List<String> names = new ArrayList<>(GpuProviders.schemes());
    names.addAll(SimulatedGpus.names());
    return names;
  }

  /** Returns whether a name stands for real GPUs. */
  public static boolean isReal(String name) {
    return GpuProviders.schemes().contains(name);
  }

  /** Returns the given name if it is the name of a provider of real GPUs, and nvml otherwise. */
  public static String scheme(String name) {
    return isReal(name) ? name : NVIDIA;
  }

  /**
   * Checks a name of real or simulated GPUs.
   *
   * @throws UserError if there are no GPUs with this name
   */
  public static void require(String name) {
    if (isReal(name)) {
      return;
    }
    if (SimulatedGpus.names().stream()
        .noneMatch(name.strip().split(",", 2)[0].strip()::equalsIgnoreCase)) {
      throw Named.unknown("GPU for --gpu", name, all());
    }
    SimulatedGpus.named(name);
  }
}
