package perseus.cli.train;

import perseus.gpu.sim.GpuModel;
import perseus.gpu.sim.SimulatedGpus;
import perseus.io.UserError;
import picocli.CommandLine.Option;

/** The flag that chooses the GPU. */
final class GpuFlag {
  private static final String DEFAULT = "sim:a100-pcie";

  @Option(
      names = "--gpu",
      paramLabel = "NAME",
      description =
          "The GPU to simulate: sim:a100-pcie (the default), sim:a100-sxm, sim:a40 or sim:h200.")
  private String name;

  /** Whether the user has chosen a GPU. */
  boolean isGiven() {
    return name != null;
  }

  /**
   * The chosen GPU, or the default.
   *
   * @throws UserError if there is no such GPU
   */
  GpuModel model() {
    String chosen = isGiven() ? name : DEFAULT;
    if (chosen.equals("nvml")) {
      throw new UserError(
          "This version does not support real GPUs through NVML; choose a simulated GPU, such as --gpu "
              + DEFAULT
              + ".");
    }
    return FlagHint.with("--gpu", () -> SimulatedGpus.named(chosen));
  }
}
