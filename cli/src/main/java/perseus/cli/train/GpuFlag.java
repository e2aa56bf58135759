package perseus.cli.train;

import perseus.gpu.sim.GpuModel;
import perseus.gpu.sim.SimulatedGpus;
import perseus.io.UserError;
import picocli.CommandLine.Option;

/** Reads the flag {@code --gpu}, which chooses the GPU model. */
final class GpuFlag {
  private static final String DEFAULT = "sim:a100-pcie";

  @Option(
      names = "--gpu",
      paramLabel = "NAME",
      description =
          "The GPU to simulate: sim:a100-pcie (the default), sim:a100-sxm, sim:a40 or sim:h200.")
  private String name;

  /** Returns whether the user has chosen a GPU model by the flag {@code --gpu}. */
  boolean isGiven() {
    return name != null;
  }

  /**
   * Returns the GPU model that the user has chosen, or the default GPU model.
   *
   * @throws UserError if no GPU model has the name that the user has chosen
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
