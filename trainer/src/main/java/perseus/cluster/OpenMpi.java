package perseus.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import perseus.io.UserError;

/**
 * Reads the environment variables in which mpirun of Open MPI 4 or 5 describes the nodes of a job:
 * OMPI_COMM_WORLD_*.
 *
 * <p>Open MPI has no variable with the address of its first process, which runs node 0. The address
 * of node 0 is therefore the host of mpirun. Version 4 writes the host of mpirun into
 * OMPI_MCA_orte_hnp_uri, with a value such as {@code 1161691136.0;tcp://10.0.0.1:44301}. Version 5
 * writes the name of mpirun's host into PMIX_NAMESPACE, with a value such as {@code
 * prterun-gpu01-4711@1} (function prte_plm_base_set_hnp_name of PRRTE). In most cases, the first
 * process runs on the host of mpirun, and mpirun itself (daemon 0) has started it. If a daemon with
 * a higher number has started the first process, mpirun runs on another host. In this case, {@link
 * #masterAddress} throws an error.
 */
final class OpenMpi extends NumberedNodes {
  private static final String NAME = "mpirun";

  private static final Pattern FIRST_ADDRESS =
      Pattern.compile("tcp6?://(?:\\[([^\\]]+)\\]|([^,:;]+))");

  private static final Pattern NAME_WITH_HOST = Pattern.compile("[a-z]+-(.+)-\\d+@\\d+");

  /** The number of the daemon that has started this process, such as 2 in {@code 11616.2;tcp4:}. */
  private static final Pattern DAEMON = Pattern.compile(".*\\.(\\d+);.*");

  /**
   * Names of the variable with the address of the daemon that has started this process, in
   * different versions of PMIx.
   */
  private static final List<String> DAEMON_VARIABLES =
      List.of("PMIX_SERVER_URI41", "PMIX_SERVER_URI4", "PMIX_SERVER_URI3", "PMIX_SERVER_URI2");

  private final Variables variables;
  private final Setting processesOnNode;

  private OpenMpi(Variables variables) {
    super(
        variables.required("OMPI_COMM_WORLD_SIZE", 1, NAME),
        variables.required("OMPI_COMM_WORLD_RANK", 0, NAME));
    this.variables = variables;
    this.processesOnNode = variables.required("OMPI_COMM_WORLD_LOCAL_SIZE", 1, NAME);
  }

  static Optional<Starter> of(Variables variables) {
    return variables.text("OMPI_COMM_WORLD_RANK") == null
        ? Optional.empty()
        : Optional.of(new OpenMpi(variables));
  }

  @Override
  public String masterAddress() {
    String daemon =
        DAEMON_VARIABLES.stream()
            .map(variables::text)
            .flatMap(Stream::ofNullable)
            .findFirst()
            .orElse("");
    Matcher number = DAEMON.matcher(daemon);
    if (node().value() == 0 && number.matches() && !number.group(1).equals("0")) {
      throw unknownAddress("mpirun runs on another host than its first process");
    }
    Matcher address = FIRST_ADDRESS.matcher(text("OMPI_MCA_orte_hnp_uri"));
    if (address.find()) {
      return address.group(1) == null ? address.group(2) : address.group(1);
    }
    Matcher name = NAME_WITH_HOST.matcher(text("PMIX_NAMESPACE"));
    if (name.matches()) {
      return name.group(1);
    }
    throw unknownAddress("mpirun does not tell the address of its first process");
  }

  private static UserError unknownAddress(String reason) {
    return new UserError(
        reason
            + "; give the address of that host, as in: mpirun -x MASTER_ADDR=10.0.0.1 --map-by ppr:1:node --bind-to none bash run.sh ...");
  }

  @Override
  public int masterPort() {
    String name = text("PMIX_NAMESPACE");
    return name.isEmpty() ? Ports.DEFAULT : Ports.of(name.hashCode());
  }

  private String text(String name) {
    String text = variables.text(name);
    return text == null ? "" : text;
  }

  @Override
  public void check(Setting nodeRank) {
    requireOneProcess(
        NAME,
        processesOnNode,
        nodeRank,
        "mpirun --map-by ppr:1:node --bind-to none bash run.sh ...");
  }

  @Override
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (variables.text("OMPI_MCA_orte_bound_at_launch") != null) {
      notes.add(
          "warning: mpirun lets this node's ranks use only a part of the cores; give mpirun the flag --bind-to none.");
    }
    return notes;
  }
}
