package perseus.agent.gpu;

import java.nio.file.Path;
import java.util.List;
import perseus.agent.wire.Hello;
import perseus.gpu.GpuType;

/** Defines the GPUs of a host. The agent records their energy and sets their clocks. */
public interface AgentGpus extends AutoCloseable {
  /** Returns the model of the GPUs and the clocks that can be set. */
  GpuType type();

  /**
   * Returns whether the GPUs are simulated. Ranks on simulated GPUs must make each instruction last
   * as long as on the simulated GPU.
   */
  boolean stretches();

  /**
   * Returns the GPU of a rank.
   *
   * @throws perseus.io.UserError if the GPU of the rank was not given to the agent
   */
  AgentGpu of(Hello rank);

  /**
   * Holds the energy in joules that one GPU has used since the start of the agent, and the elapsed
   * time in seconds.
   *
   * @param name name of the GPU in messages for the user
   */
  record Energy(String name, double joules, double seconds) {}

  /** Returns the energy that each GPU of the host has used since the start of the agent. */
  List<Energy> energies();

  /**
   * Writes the energy logs of all GPUs of the host if no rank has reported to the agent. The energy
   * log with the number k belongs to the k-th GPU of the host.
   *
   * @return the written files; empty if the GPUs are simulated, because a simulated GPU does not
   *     exist before its rank reports
   */
  List<Path> writeEnergies(Path directory);

  /** Resets the clocks of all GPUs. The energies can still be read after {@code giveBack}. */
  void giveBack();

  @Override
  void close();
}
