package perseus.agent.hosts;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** Defines the messages that node 0 sends to the agents of the other nodes. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(FromNode0.Refused.class),
  @JsonSubTypes.Type(FromNode0.Complete.class),
  @JsonSubTypes.Type(FromNode0.Answer.class),
  @JsonSubTypes.Type(FromNode0.Begin.class),
  @JsonSubTypes.Type(FromNode0.Collect.class),
  @JsonSubTypes.Type(FromNode0.Release.class),
  @JsonSubTypes.Type(FromNode0.GiveBack.class),
  @JsonSubTypes.Type(FromNode0.Publish.class),
  @JsonSubTypes.Type(FromNode0.Stop.class),
  @JsonSubTypes.Type(FromNode0.Done.class),
  @JsonSubTypes.Type(FromNode0.Alive.class)
})
public sealed interface FromNode0 {
  /** Tells an agent why it is refused or why the job cannot run. */
  record Refused(String reason) implements FromNode0 {}

  /** Says that the agents of all nodes have connected, so that the training command may start. */
  record Complete(String host) implements FromNode0 {}

  /**
   * Answers {@link ToNode0.RankJoined}.
   *
   * @param start number of times that the ranks of the job have been restarted
   * @param problem reason why the rank may not join the job; null if it may join
   * @param released true if the agent must neither record the rank nor set its clocks
   */
  record Answer(int rank, int start, String problem, boolean released) implements FromNode0 {}

  /**
   * Begins a frequency schedule on one rank.
   *
   * @param clocks clock in MHz of each instruction, in order of execution
   * @param first number of the first iteration under the frequency schedule, from 1
   * @param last number of the iteration after which the rank waits for the next schedule; 0 if it
   *     never waits
   * @param reported whether the rank reports the times of its instructions and iterations
   */
  record Begin(
      int rank,
      int start,
      boolean warmup,
      List<Integer> clocks,
      int first,
      int last,
      boolean reported)
      implements FromNode0 {}

  /** Asks an agent for the measurements of a rank under its current frequency schedule. */
  record Collect(int rank, int start) implements FromNode0 {}

  /** Tells an agent that it must no longer record a rank or set its clocks. */
  record Release(int rank, int start) implements FromNode0 {}

  /**
   * Tells a node to reset the clocks of its GPUs.
   *
   * @param problem sentence for the user about a failure; null if there was no failure
   */
  record GiveBack(String problem) implements FromNode0 {}

  /**
   * Tells a node to write the files of its ranks into its output directory.
   *
   * @param marker name of a temporary folder in the output directory of node 0. A node that sees
   *     the temporary folder in its own output directory shares the directory with node 0.
   * @param manifest content of run.json
   */
  record Publish(String marker, String manifest) implements FromNode0 {}

  /** Tells a node to end its training command by the signal SIGTERM. */
  record Stop() implements FromNode0 {}

  /** Says that the files of the job are written, and that no more clocks are set. */
  record Done() implements FromNode0 {}

  /**
   * Says that node 0 is alive. Node 0 sends the message {@code Alive} every 2 seconds (heartbeat).
   */
  record Alive() implements FromNode0 {}
}
