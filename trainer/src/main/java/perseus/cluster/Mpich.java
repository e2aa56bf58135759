package perseus.cluster;

import java.util.List;
import java.util.Optional;
import perseus.io.UserError;

/**
 * Reads the environment variables in which Hydra describes the nodes of a job: PMI_SIZE, PMI_RANK
 * and MPI_LOCALNRANKS. Hydra is the mpiexec of MPICH and of Intel MPI. The variable MPI_LOCALNRANKS
 * distinguishes Hydra from srun of Slurm, which sets only PMI_SIZE and PMI_RANK.
 *
 * <p>Hydra has no variable with the address of its first process, so the user must give the
 * address.
 */
final class Mpich extends NumberedNodes {
  private static final String NAME = "mpiexec";
  private static final String COMMAND = "mpiexec -ppn 1 -genv MASTER_ADDR HOST bash run.sh ...";

  private final Setting processesOnNode;

  private Mpich(Variables variables) {
    super(variables.required("PMI_SIZE", 1, NAME), variables.required("PMI_RANK", 0, NAME));
    this.processesOnNode = variables.required("MPI_LOCALNRANKS", 1, NAME);
  }

  static Optional<Starter> of(Variables variables) {
    return variables.text("MPI_LOCALNRANKS") == null || variables.text("PMI_RANK") == null
        ? Optional.empty()
        : Optional.of(new Mpich(variables));
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
    requireOneProcess(NAME, processesOnNode, nodeRank, COMMAND);
  }

  @Override
  public List<String> notes() {
    return List.of();
  }
}
