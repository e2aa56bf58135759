package perseus.job;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What node 0 tells the launchers of the nodes, and the ranks. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "order")
@JsonSubTypes({
  @JsonSubTypes.Type(Command.Launch.class),
  @JsonSubTypes.Type(Command.Publish.class),
  @JsonSubTypes.Type(Command.Abort.class),
  @JsonSubTypes.Type(Command.Alive.class),
  @JsonSubTypes.Type(Command.Meet.class),
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
   * @param secret what the ranks prove themselves with; null where the user has set it on each node
   * @param master where the ranks find the coordinator; null where the launcher found it
   * @param sharing how many of the job's nodes are on one host with this one, and share its cores
   */
  record Launch(String secret, String master, int sharing) implements Command {}

  /**
   * To a launcher: put the recording of the node's ranks in its place, one step at a time, so that
   * nodes which share a directory do not get in each other's way.
   *
   * @param manifest the text of run.json, for the last step
   */
  record Publish(Step step, String manifest) implements Command {
    public enum Step {
      /** Remove the logs of an earlier recording. */
      CLEAR,
      /** Move the ranks' logs to their names. */
      MOVE,
      /** Write the manifest, which makes it a recording. */
      MANIFEST
    }
  }

  /** To a launcher: the job has failed. */
  record Abort(String reason) implements Command {}

  /** To a launcher: node 0 is still there. */
  record Alive() implements Command {}

  /**
   * To a rank: connect with others.
   *
   * @param addresses of all ranks, in their order
   */
  record Meet(List<Address> addresses) implements Command {
    public record Address(String host, int port) {}
  }

  /**
   * To a rank: a frequency schedule begins.
   *
   * @param warmup whether it is no measurement
   * @param hostSlowdown how many times as long a simulated GPU takes as the host would if it had
   *     nothing else to do
   * @param iterations how many it runs
   * @param breakdown whether single instructions are to be reported
   * @param powerStates a clock in MHz for each of the rank's instructions
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

  /** To a rank: report what it measured. */
  record EndRound() implements Command {}

  /** To a rank: write the logs, whole, beside their place. */
  record WriteLogs() implements Command {}

  /** To a launcher and to a rank: the job is done. */
  record End() implements Command {}
}
