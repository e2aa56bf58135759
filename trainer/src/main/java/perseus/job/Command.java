package perseus.job;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** A message from node 0 to a launcher or to a rank. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "command")
@JsonSubTypes({
  @JsonSubTypes.Type(Command.Launch.class),
  @JsonSubTypes.Type(Command.Publish.class),
  @JsonSubTypes.Type(Command.Abort.class),
  @JsonSubTypes.Type(Command.Alive.class),
  @JsonSubTypes.Type(Command.ConnectPeers.class),
  @JsonSubTypes.Type(Command.BeginRound.class),
  @JsonSubTypes.Type(Command.Iterate.class),
  @JsonSubTypes.Type(Command.EndRound.class),
  @JsonSubTypes.Type(Command.WriteLogs.class),
  @JsonSubTypes.Type(Command.End.class)
})
public sealed interface Command {
  /**
   * To a launcher: start the node's ranks.
   *
   * @param secret the secret with which the ranks authenticate themselves; null if the user has set
   *     one on each node
   * @param masterHost the host at which the ranks find the coordinator; null if it is the host that
   *     the launcher has connected to
   * @param nodesOnHost number of the job's nodes that run on the launcher's host and share its
   *     cores
   */
  record Launch(String secret, String masterHost, int nodesOnHost) implements Command {}

  /**
   * To a launcher: do one step of putting the recording of the node's ranks into the run directory.
   * All nodes do the same step at the same time, because they may share the directory.
   *
   * @param manifest the text of run.json, used by the last step
   */
  record Publish(Step step, String manifest) implements Command {
    /** The steps, in their order. */
    public enum Step {
      /** Remove the logs of an earlier recording. */
      CLEAR,
      /** Move the ranks' logs to their final names. */
      MOVE,
      /** Write the manifest, which completes the recording. */
      MANIFEST
    }
  }

  /** To a launcher: the job has failed. */
  record Abort(String reason) implements Command {}

  /** To a launcher: a heartbeat of node 0. */
  record Alive() implements Command {}

  /**
   * To a rank: connect to the ranks that it exchanges tensors with.
   *
   * @param addresses the addresses of all ranks, by rank
   */
  record ConnectPeers(List<RankAddress> addresses) implements Command {}

  /**
   * To a rank: a frequency schedule begins.
   *
   * @param warmup whether the iterations are a warm-up and not measured
   * @param hostSlowdown factor by which a simulated GPU is slower than an undisturbed host; equal
   *     for all ranks
   * @param iterations number of iterations
   * @param breakdown whether the rank has to report the times of single instructions
   * @param powerStates the clock of each instruction of the rank's program, in MHz
   */
  record BeginRound(
      boolean warmup,
      double hostSlowdown,
      int iterations,
      boolean breakdown,
      List<Integer> powerStates)
      implements Command {}

  /** To a rank: run an iteration. */
  record Iterate() implements Command {}

  /** To a rank: the frequency schedule is over; report its measurements. */
  record EndRound() implements Command {}

  /** To a rank: write the complete logs into the scratch directory. */
  record WriteLogs() implements Command {}

  /** To a launcher or a rank: the job is done. */
  record End() implements Command {}
}
