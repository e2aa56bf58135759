package perseus.engine.djl;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What node 0 tells the launchers of the nodes, and the ranks. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "order")
@JsonSubTypes({
  @JsonSubTypes.Type(Order.Launch.class),
  @JsonSubTypes.Type(Order.Publish.class),
  @JsonSubTypes.Type(Order.Abort.class),
  @JsonSubTypes.Type(Order.Alive.class),
  @JsonSubTypes.Type(Order.Meet.class),
  @JsonSubTypes.Type(Order.BeginRound.class),
  @JsonSubTypes.Type(Order.Iterate.class),
  @JsonSubTypes.Type(Order.EndRound.class),
  @JsonSubTypes.Type(Order.WriteLogs.class),
  @JsonSubTypes.Type(Order.End.class)
})
sealed interface Order {
  /**
   * To a launcher: start the node's ranks.
   *
   * @param secret what the ranks prove themselves with; null where the user has set it on each node
   * @param master where the ranks find the coordinator; null where the launcher found it
   * @param sharing how many of the job's nodes are on one host with this one, and share its cores
   */
  record Launch(String secret, String master, int sharing) implements Order {}

  /**
   * To a launcher: put the recording of the node's ranks in its place, one step at a time, so that
   * nodes which share a directory do not get in each other's way.
   *
   * @param manifest the text of run.json, for the last step
   */
  record Publish(Step step, String manifest) implements Order {
    enum Step {
      /** Remove the logs of an earlier recording. */
      CLEAR,
      /** Move the ranks' logs to their names. */
      MOVE,
      /** Write the manifest, which makes it a recording. */
      MANIFEST
    }
  }

  /** To a launcher: the job has failed. */
  record Abort(String reason) implements Order {}

  /** To a launcher: node 0 is still there. */
  record Alive() implements Order {}

  /**
   * To a rank: connect with others.
   *
   * @param addresses of all ranks, in their order
   */
  record Meet(List<Address> addresses) implements Order {
    record Address(String host, int port) {}
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
      implements Order {}

  /** To a rank: run an iteration. */
  record Iterate() implements Order {}

  /** To a rank: report what it measured. */
  record EndRound() implements Order {}

  /** To a rank: write the logs, whole, beside their place. */
  record WriteLogs() implements Order {}

  /** To a launcher and to a rank: the job is done. */
  record End() implements Order {}
}
