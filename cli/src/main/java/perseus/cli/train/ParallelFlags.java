package perseus.cli.train;

import java.net.InetAddress;
import java.net.UnknownHostException;
import perseus.io.UserError;
import perseus.parallel.Degrees;
import picocli.CommandLine.Option;

/** Degrees of parallelism, and the nodes and GPUs that the environment gives. */
final class ParallelFlags {
  private static final int DEFAULT_PORT = 29_500;

  @Option(
      names = "--pp",
      paramLabel = "N",
      defaultValue = "4",
      description = "Pipeline stages. Default: ${DEFAULT-VALUE}.")
  int pp;

  @Option(
      names = "--dp",
      paramLabel = "N",
      defaultValue = "1",
      description = "Data-parallel pipelines. Default: ${DEFAULT-VALUE}.")
  int dp;

  @Option(
      names = "--tp",
      paramLabel = "N",
      defaultValue = "1",
      description = "GPUs that share a stage. Default: ${DEFAULT-VALUE}.")
  int tp;

  /**
   * The degrees.
   *
   * @throws UserError if NNODES and NUM_GPUS give another number of GPUs
   */
  Degrees degrees() {
    Degrees degrees = new Degrees(pp, dp, tp);
    Integer gpus = gpusPerNode();
    if (gpus != null && gpus * nodes() != degrees.worldSize()) {
      throw new UserError(
          "--pp %d x --dp %d x --tp %d needs %d GPUs, but NNODES=%d with %d GPUs each makes %d."
              .formatted(pp, dp, tp, degrees.worldSize(), nodes(), gpus, gpus * nodes()));
    }
    return degrees;
  }

  /** Number of hosts: NNODES, else 1. */
  int nodes() {
    Integer nodes = fromEnvironment("NNODES", 1);
    return nodes == null ? 1 : nodes;
  }

  /** This host's number: NODE_RANK, else 0. */
  int nodeRank() {
    Integer rank = fromEnvironment("NODE_RANK", 0);
    if (rank == null) {
      return 0;
    }
    if (rank >= nodes()) {
      throw new UserError("NODE_RANK is %d, but NNODES is %d.".formatted(rank, nodes()));
    }
    return rank;
  }

  /**
   * NUM_GPUS; null where it is not set, as simulated GPUs are as many as the degrees need. The
   * system's GPUs, which CUDA_VISIBLE_DEVICES names, are not used.
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
          "NUM_GPUS is %d, but CUDA_VISIBLE_DEVICES=%s names %d.".formatted(gpus, visible, named));
    }
    return gpus;
  }

  /** MASTER_ADDR: name or address of node 0; null where it is not set. */
  String masterAddress() {
    String address = System.getenv("MASTER_ADDR");
    return address == null || address.isBlank() ? null : address.trim();
  }

  /** Whether all nodes are on this host: what they need has to fit into it together. */
  boolean isOneHost() {
    try {
      return nodes() == 1
          || masterAddress() != null && InetAddress.getByName(masterAddress()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** MASTER_PORT, else 29500. */
  int masterPort() {
    Integer port = fromEnvironment("MASTER_PORT", 0);
    if (port != null && port > 65535) {
      throw new UserError("MASTER_PORT is %d; ports go up to 65535.".formatted(port));
    }
    return port == null ? DEFAULT_PORT : port;
  }

  private static Integer fromEnvironment(String name, int least) {
    String value = System.getenv(name);
    if (value == null || value.isBlank()) {
      return null;
    }
    try {
      int number = Integer.parseInt(value.trim());
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new UserError(
        "The environment's %s is '%s', not a whole number from %d up."
            .formatted(name, value, least));
  }
}
