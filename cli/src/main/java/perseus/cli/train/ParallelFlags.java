package perseus.cli.train;

import java.net.InetAddress;
import java.net.UnknownHostException;
import perseus.io.UserError;
import perseus.parallel.Degrees;
import picocli.CommandLine.Option;

/**
 * Reads the degrees of parallelism from flags, and reads from environment variables which nodes a
 * job has.
 */
final class ParallelFlags {
  private static final int DEFAULT_PORT = 29_500;

  @Option(
      names = "--pp",
      paramLabel = "N",
      defaultValue = "4",
      description = "Ranks of each pipeline. Default: ${DEFAULT-VALUE}.")
  int pp;

  @Option(
      names = "--dp",
      paramLabel = "N",
      defaultValue = "1",
      description = "Number of data-parallel pipelines. Default: ${DEFAULT-VALUE}.")
  int dp;

  @Option(
      names = "--tp",
      paramLabel = "N",
      defaultValue = "1",
      description = "GPUs that share each stage. Default: ${DEFAULT-VALUE}.")
  int tp;

  /**
   * Returns the pipeline-parallel, data-parallel and tensor-parallel degrees that the flags give.
   *
   * @throws UserError if the product of the three degrees is not NNODES * NUM_GPUS, the number of
   *     GPUs of all nodes
   */
  Degrees degrees() {
    Degrees degrees = new Degrees(pp, dp, tp);
    Integer gpus = gpusPerNode();
    if (gpus != null && gpus * nodes() != degrees.worldSize()) {
      throw new UserError(
          "--pp %d x --dp %d x --tp %d needs %d GPUs, but NNODES=%d and NUM_GPUS=%d give %d."
              .formatted(pp, dp, tp, degrees.worldSize(), nodes(), gpus, gpus * nodes()));
    }
    return degrees;
  }

  /** Returns the number of nodes of the job: the value of NNODES, or 1 if NNODES is not set. */
  int nodes() {
    Integer nodes = fromEnvironment("NNODES", 1);
    return nodes == null ? 1 : nodes;
  }

  /**
   * Returns the number of this node (machine), which is the value of NODE_RANK, or 0 if NODE_RANK
   * is not set.
   */
  int nodeRank() {
    Integer rank = fromEnvironment("NODE_RANK", 0);
    if (rank == null) {
      return 0;
    }
    if (rank >= nodes()) {
      throw new UserError(
          "NODE_RANK is %d, but NNODES is %d; NODE_RANK must be less than NNODES."
              .formatted(rank, nodes()));
    }
    return rank;
  }

  /**
   * Returns the number of GPUs per node, which is the value of NUM_GPUS. If NUM_GPUS is not set,
   * the method returns null, because any number of GPUs can be simulated. The real GPUs that
   * CUDA_VISIBLE_DEVICES lists are not used.
   */
  private static Integer gpusPerNode() {
    Integer gpus = fromEnvironment("NUM_GPUS", 1);
    String visible = System.getenv("CUDA_VISIBLE_DEVICES");
    if (gpus == null || visible == null || visible.isBlank()) {
      return gpus;
    }
    int named = visible.split(",").length;
    if (gpus > named) {
      throw new UserError(
          "NUM_GPUS is %d, but CUDA_VISIBLE_DEVICES=%s lists only %d GPUs."
              .formatted(gpus, visible, named));
    }
    return gpus;
  }

  /**
   * Returns the host name or address of node 0: the value of MASTER_ADDR, or null if MASTER_ADDR is
   * not set.
   */
  String masterAddress() {
    String address = System.getenv("MASTER_ADDR");
    return address == null || address.isBlank() ? null : address.trim();
  }

  /**
   * Returns whether all nodes of the job run on this host. If they do, all ranks of the job share
   * the memory of this host.
   */
  boolean isOneHost() {
    try {
      return nodes() == 1
          || masterAddress() != null && InetAddress.getByName(masterAddress()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * Returns the TCP port of node 0: the value of MASTER_PORT, or 29500 if MASTER_PORT is not set.
   */
  int masterPort() {
    Integer port = fromEnvironment("MASTER_PORT", 0);
    if (port != null && port > 65535) {
      throw new UserError("MASTER_PORT is %d, but the maximum is 65535.".formatted(port));
    }
    return port == null ? DEFAULT_PORT : port;
  }

  private static Integer fromEnvironment(String name, int minimum) {
    String value = System.getenv(name);
    if (value == null || value.isBlank()) {
      return null;
    }
    try {
      int number = Integer.parseInt(value.trim());
      if (number >= minimum) {
        return number;
      }
    } catch (NumberFormatException e) {
      // If the value of the environment variable is not a number, the last statement of this method
      // throws the error.
    }
    throw new UserError(
        "The environment variable %s is '%s', but must be a whole number of at least %d."
            .formatted(name, value, minimum));
  }
}
