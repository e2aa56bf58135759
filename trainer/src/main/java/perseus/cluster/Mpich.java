package perseus.cluster;

import java.util.List;
import java.util.Optional;
import perseus.io.UserError;

/**
 * Reads the environment variables in which Hydra, the mpiexec of MPICH and of Intel MPI, describes
 * the nodes of a job: PMI_SIZE, PMI_RANK and MPI_LOCALNRANKS. srun also sets the first two, but not
 * the third.
 *
 * <p>Hydra tells no process the address of the first process, so the user must give it.
 */
final class Mpich implements Starter {
  private static final String NAME = "mpiexec";
  private static final String COMMAND = "mpiexec -ppn 1 -genv MASTER_ADDR HOST bash run.sh ...";

  private final Setting nodes;
  private final Setting node;
  private final Setting processesOnNode;

  private Mpich(Variables variables) {
    this.nodes = variables.required("PMI_SIZE", 1, NAME);
    this.node = variables.required("PMI_RANK", 0, NAME);
    this.processesOnNode = variables.required("MPI_LOCALNRANKS", 1, NAME);
  }

  static Optional<Starter> of(Variables variables) {
    return variables.text("MPI_LOCALNRANKS") == null || variables.text("PMI_RANK") == null
        ? Optional.empty()
        : Optional.of(new Mpich(variables));
  }

  @Override
  public Setting nodes() {
    return nodes;
  }

  @Override
  public Setting node() {
    return node;
  }

  @Override
  public String masterAddress() {
    throw new UserError(
        "mpiexec of MPICH and Intel MPI does not tell the address of its first process; give the name of its host, as in: "
            + COMMAND);
  }

  @Override
  public int masterPort() {
    return Ports.DEFAULT;
  }

  @Override
  public void check(Setting nodeRank) {
    if (nodeRank == null && processesOnNode.value() > 1) {
      throw new UserError(
          "mpiexec has started %d processes on this node, but Perseus needs one on each node, which starts the node's ranks. Use: %s"
              .formatted(processesOnNode.value(), COMMAND));
    }
  }

  @Override
  public List<String> notes() {
    return List.of();
  }
}
