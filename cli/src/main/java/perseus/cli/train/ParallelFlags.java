package perseus.cli.train;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import perseus.cli.common.FlagGroup;
import perseus.cluster.Placement;
import perseus.cluster.Setting;
import perseus.cluster.ThisProcess;
import perseus.io.UserError;
import perseus.parallel.Degrees;
import picocli.CommandLine.Option;

/**
 * Reads the degrees of parallelism from flags, and the nodes of the job from environment variables.
 */
@FlagGroup("Parallelism")
final class ParallelFlags {
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

  private Placement placement;

  /**
   * Returns the pipeline-parallel, data-parallel and tensor-parallel degrees that the flags give.
   *
   * @throws UserError if the product of the three degrees is not the number of GPUs of all nodes
   */
  Degrees degrees() {
    Degrees degrees = new Degrees(pp, dp, tp);
    Setting gpus = placement().ranksPerNode();
    if (gpus != null && (long) gpus.value() * nodes() != degrees.worldSize()) {
      throw new UserError(
          "--pp %d x --dp %d x --tp %d needs %d GPUs, but %s and %s give %d."
              .formatted(
                  pp,
                  dp,
                  tp,
                  degrees.worldSize(),
                  placement().nodes(),
                  gpus,
                  (long) gpus.value() * nodes()));
    }
    return degrees;
  }

  int nodes() {
    return placement().nodes().value();
  }

  /** Returns the number of this node (machine), from 0. */
  int nodeRank() {
    return placement().node().value();
  }

  /** Returns the host name or address of node 0, or null if it is unknown or not needed. */
  String masterAddress() {
    return placement().masterAddress();
  }

  /** Returns the TCP port of node 0; 0 stands for any free port in a job of one node. */
  int masterPort() {
    return placement().masterPort();
  }

  /**
   * Returns whether another process of this node starts the ranks of the node. If another process
   * starts the ranks, this process has nothing to do.
   */
  boolean isSpare() {
    return placement().isSpare();
  }

  /** Returns sentences that tell the user which nodes the environment variables define. */
  List<String> notes() {
    return placement().notes(degrees().worldSize() / nodes());
  }

  /**
   * Returns whether all nodes of the job run on this host. If all nodes run on this host, all ranks
   * of the job share the memory of this host.
   */
  boolean isOneHost() {
    try {
      return nodes() == 1
          || masterAddress() != null && InetAddress.getByName(masterAddress()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private Placement placement() {
    if (placement == null) {
      placement =
          Placement.of(
              System.getenv(),
              new ThisProcess(
                  ProcessHandle.current().pid(), Boolean.getBoolean("perseus.terminal")));
    }
    return placement;
  }
}
