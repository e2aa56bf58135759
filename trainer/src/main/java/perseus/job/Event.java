package perseus.job;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;
import perseus.checkpoint.NodeCheckpoints;
import perseus.checkpoint.SavedShard;
import perseus.control.RankResult;
import perseus.gpu.GpuInfo;
import perseus.transport.NcclSupport;

/**
 * Defines the events that launchers and ranks report to node 0. Each kind of event is one Java
 * record. Node 0 is the node that coordinates the job. A launcher is the process that starts the
 * ranks of one node.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(Event.NodeJoined.class),
  @JsonSubTypes.Type(Event.Published.class),
  @JsonSubTypes.Type(Event.PreparedCheckpoints.class),
  @JsonSubTypes.Type(Event.PublishedCheckpoint.class),
  @JsonSubTypes.Type(Event.Failed.class),
  @JsonSubTypes.Type(Event.Alive.class),
  @JsonSubTypes.Type(Event.RankJoined.class),
  @JsonSubTypes.Type(Event.Ready.class),
  @JsonSubTypes.Type(Event.Iterated.class),
  @JsonSubTypes.Type(Event.Measured.class),
  @JsonSubTypes.Type(Event.Resumed.class),
  @JsonSubTypes.Type(Event.Saved.class),
  @JsonSubTypes.Type(Event.Recorded.class),
  @JsonSubTypes.Type(Event.Ended.class)
})
public sealed interface Event {
  /**
   * Reports that a launcher has connected to node 0. A launcher sends {@code NodeJoined} before all
   * other events.
   *
   * @param nodes number of nodes of the job according to the settings of this launcher; the number
   *     must be equal on all nodes
   * @param settings map from the name of each command-line flag to the value of the setting. The
   *     job's settings must be equal on all nodes.
   * @param inputs digests of the input files, by the name of the command-line flag that gives the
   *     path of the file. The digests of the input files must be equal on all nodes.
   * @param gpus the real GPU of each rank on the node, in the order of the ranks; empty if GPUs are
   *     simulated
   * @param checkpoints the checkpoints that the node has found on its disks
   */
  record NodeJoined(
      int node,
      int nodes,
      String host,
      Map<String, String> settings,
      Map<String, ContentDigest> inputs,
      List<GpuInfo> gpus,
      NodeCheckpoints checkpoints)
      implements Event {}

  /**
   * Reports that a launcher has finished one step of publishing the logs ({@link Command.Publish}).
   */
  record Published(Command.Publish.Step step) implements Event {}

  /** Reports that a launcher has executed {@link Command.PrepareCheckpoints}. */
  record PreparedCheckpoints() implements Event {}

  /** Reports that a launcher has finished one step of publishing a checkpoint. */
  record PublishedCheckpoint(Command.PublishCheckpoint.Step step) implements Event {}

  /**
   * Reports that a launcher or one of its ranks has failed.
   *
   * @param sentence the error message for the user
   * @param consequence whether the reported failure is probably only a consequence of another
   *     failure
   */
  record Failed(String sentence, boolean consequence) implements Event {}

  /** Reports that a launcher or a rank is alive (a heartbeat). */
  record Alive() implements Event {}

  /**
   * Reports that a rank has connected to node 0. A rank sends {@code RankJoined} before all other
   * events.
   *
   * @param address the address at which other ranks connect to this rank to exchange tensors
   * @param nccl the rank's support of NCCL; null if the user has chosen TCP
   */
  record RankJoined(int rank, RankAddress address, NcclSupport nccl) implements Event {}

  /**
   * Reports that a rank has connected to the ranks with which it exchanges tensors, and has built
   * its pipeline stages.
   *
   * @param overlapsGradReduce whether the rank can sum gradients over the pipelines during its last
   *     backwards
   */
  record Ready(boolean overlapsGradReduce) implements Event {}

  /**
   * Reports that a rank has finished a training iteration.
   *
   * @param loss the mean loss over the microbatches of the iteration; null if the rank does not
   *     hold the last pipeline stage
   * @param precision the largest relative standard error of the times and energies of the rank's
   *     forwards and backwards under the current frequency schedule. A standard error that is
   *     unknown or above 1 is reported as 1. The value is null if node 0 has not requested the
   *     standard error.
   * @param scaling result of loss scaling in the iteration; null if the loss is not scaled
   */
  record Iterated(Double loss, Double precision, LossScaling scaling) implements Event {}

  /**
   * Holds the result of loss scaling in an iteration. The result of loss scaling is the same on all
   * ranks.
   *
   * @param skipped whether the optimizer step was skipped, because a gradient of any rank has
   *     overflowed
   * @param nextScale the loss scale of the next iteration
   */
  record LossScaling(boolean skipped, double nextScale) {}

  /**
   * Reports the times and energies that a rank has measured under one frequency schedule.
   *
   * @param device the rank's observations about its GPU
   */
  record Measured(RankResult result, DeviceReport device) implements Event {}

  /**
   * Reports that a rank has read a checkpoint.
   *
   * @param missing names of the files that the rank needs and does not find on its node. If files
   *     are missing, the rank has read nothing.
   */
  record Resumed(List<String> missing) implements Event {}

  /**
   * Reports that a rank has written its files of a checkpoint.
   *
   * @param shard the files that the rank has written; null if another rank holds the same
   *     parameters and has written them
   */
  record Saved(SavedShard shard) implements Event {}

  /** Reports that a rank has written its logs. */
  record Recorded() implements Event {}

  /** Reports that a rank has finished its work in the job and that its process is ending. */
  record Ended() implements Event {}
}
