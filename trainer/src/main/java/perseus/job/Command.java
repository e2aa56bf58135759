package perseus.job;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * Defines the commands that node 0 sends to launchers and to ranks. Each kind of command is one
 * Java record. Node 0 is the node that coordinates the job. A launcher is the process that starts
 * the ranks of one node.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "command")
@JsonSubTypes({
  @JsonSubTypes.Type(Command.Launch.class),
  @JsonSubTypes.Type(Command.Publish.class),
  @JsonSubTypes.Type(Command.PrepareCheckpoints.class),
  @JsonSubTypes.Type(Command.PublishCheckpoint.class),
  @JsonSubTypes.Type(Command.Abort.class),
  @JsonSubTypes.Type(Command.Alive.class),
  @JsonSubTypes.Type(Command.ConnectPeers.class),
  @JsonSubTypes.Type(Command.BeginRound.class),
  @JsonSubTypes.Type(Command.Iterate.class),
  @JsonSubTypes.Type(Command.EndRound.class),
  @JsonSubTypes.Type(Command.ResumeCheckpoint.class),
  @JsonSubTypes.Type(Command.SaveCheckpoint.class),
  @JsonSubTypes.Type(Command.WriteLogs.class),
  @JsonSubTypes.Type(Command.End.class)
})
public sealed interface Command {
  /**
   * Tells a launcher to start the ranks of its node.
   *
   * @param secret the text of the key with which the ranks authenticate themselves; null if the
   *     user has set the secret on each node
   * @param masterHost the IP address of node 0 to which the ranks connect. If {@code masterHost} is
   *     null, the ranks connect to the IP address to which their launcher has connected.
   * @param nodesOnHost number of the job's nodes that run on the launcher's host and share its
   *     cores
   */
  record Launch(String secret, String masterHost, int nodesOnHost) implements Command {}

  /**
   * Tells a launcher to execute one step of publishing the logs of the job. Publishing moves the
   * logs of all ranks into the run directory. All launchers execute the same {@link Step} at the
   * same time, because several nodes may share one run directory.
   *
   * @param manifest the text of the file run.json, which the launcher writes in the step {@link
   *     Step#MANIFEST}
   */
  record Publish(Step step, String manifest) implements Command {
    /**
     * Lists the steps in which launchers move logs into the run directory, in order of execution.
     */
    public enum Step {
      /** The launcher removes the logs of an earlier run from the run directory. */
      CLEAR,
      /** The launcher moves the logs of its ranks into the run directory. */
      MOVE,
      /**
       * The launcher writes the manifest run.json, which completes the logs in the run directory.
       */
      MANIFEST
    }
  }

  /**
   * Tells a launcher to remove the unfinished checkpoints of earlier jobs from the directory into
   * which its node saves. The launcher answers with {@link Event.PreparedCheckpoints}.
   *
   * @param id id of this job, which the temporary names of its checkpoints will contain
   */
  record PrepareCheckpoints(String id) implements Command {}

  /**
   * Tells a launcher to execute one step of publishing a checkpoint. The ranks have already written
   * their files. All launchers execute the same {@link Step} at the same time, because several
   * nodes may share one directory.
   *
   * @param folder name of the checkpoint's folder until the checkpoint is complete
   * @param trainingSteps number of training steps after which the checkpoint was saved
   * @param manifest the text of the file checkpoint.json
   * @param keep number of the newest checkpoints that the launcher keeps
   */
  record PublishCheckpoint(
      Step step, String folder, int trainingSteps, String id, String manifest, int keep)
      implements Command {
    /** Lists the steps of publishing a checkpoint, in order of execution. */
    public enum Step {
      /** The launcher writes the file checkpoint.json. */
      DESCRIBE,
      /**
       * The launcher of node 0 renames the checkpoint's folder to a name such as {@code
       * step-000120}. Launchers on nodes other than node 0 rename their folders later. If several
       * nodes share the directory, the other launchers find the folder already renamed.
       */
      RENAME_ON_NODE_0,
      /**
       * The launchers of all nodes except node 0 rename the checkpoint's folder, unless another
       * launcher has already renamed it.
       */
      RENAME_ON_OTHER_NODES,
      /** The launcher deletes the oldest checkpoints. */
      DELETE_OLD
    }
  }

  /** Tells a launcher that the job has failed, and gives the reason of the failure. */
  record Abort(String reason) implements Command {}

  /** Tells a launcher that node 0 is alive (a heartbeat). */
  record Alive() implements Command {}

  /**
   * Tells a rank to connect to the ranks with which it exchanges tensors.
   *
   * @param addresses the addresses of all ranks of the job; the index in the list is the number of
   *     the rank
   * @param nccl whether the ranks exchange tensors through NCCL; otherwise they use TCP
   */
  record ConnectPeers(List<RankAddress> addresses, boolean nccl) implements Command {}

  /**
   * Tells a rank that a frequency schedule begins. A frequency schedule defines the GPU clock for
   * each instruction of an iteration. Several iterations run under one frequency schedule.
   *
   * @param warmup whether the iterations under the frequency schedule are a warm-up. Measurements
   *     of a warm-up are not used.
   * @param hostSlowdown time of an instruction on the simulated GPU at the highest clock, divided
   *     by the time that a host without other work needs to compute it. The value is the same for
   *     all ranks.
   * @param breakdown whether the rank must report the time of each instruction to node 0
   * @param precision whether the rank reports a relative standard error after each iteration. The
   *     reported value is the largest error of the times and energies of its forwards and
   *     backwards.
   * @param powerStates the GPU clock in MHz for each instruction that the rank executes in an
   *     iteration, in order of execution
   */
  record BeginRound(
      boolean warmup,
      double hostSlowdown,
      boolean breakdown,
      boolean precision,
      List<Integer> powerStates)
      implements Command {}

  /** Tells a rank to run one training iteration. */
  record Iterate() implements Command {}

  /**
   * Tells a rank that the frequency schedule has ended. The rank answers the end of a frequency
   * schedule with {@link Event.Measured}.
   */
  record EndRound() implements Command {}

  /**
   * Tells a rank to continue from a checkpoint. The rank answers with {@link Event.Resumed}.
   *
   * @param trainingSteps number of training steps after which the checkpoint was saved
   * @param nextMicrobatch index of the first microbatch of the next iteration, counted from 0 over
   *     the whole training and over all pipelines
   */
  record ResumeCheckpoint(int trainingSteps, long nextMicrobatch) implements Command {}

  /**
   * Tells a rank to write its files of a checkpoint. The rank answers with {@link Event.Saved}.
   *
   * @param folder name of the checkpoint's folder until the checkpoint is complete
   */
  record SaveCheckpoint(String folder) implements Command {}

  /**
   * Tells a rank to write its complete logs into its node's directory of temporary files (the
   * scratch directory).
   */
  record WriteLogs() implements Command {}

  /** Tells a launcher or a rank that the job is done. */
  record End() implements Command {}
}
