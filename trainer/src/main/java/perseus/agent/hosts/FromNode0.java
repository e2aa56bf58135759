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
  /** Says why the job of this agent cannot run. */
  record Refused(String reason) implements FromNode0 {}

  /** Says that the agents of all nodes have joined, so that the training command may start. */
  record Complete(String host) implements FromNode0 {}

  /**
   * Answers {@link ToNode0.RankJoined}.
   *
   * @param start number of the start of the job to which the rank belongs
   * @param problem why the rank may not join; null if it may
   * @param released whether the rank is neither steered nor recorded
   */
  record Answer(int rank, int start, String problem, boolean released) implements FromNode0 {}

  /**
   * Begins a round on one rank.
   *
   * @param clocks clock of each instruction in MHz
   * @param first number of the first iteration of the round, from 1
   * @param last number of the iteration after which the rank waits for the next schedule; 0 if it
   *     never waits
   * @param reported whether the rank reports its instructions and iterations in this round
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

  /** Asks what a rank has measured in the present round. */
  record Collect(int rank, int start) implements FromNode0 {}

  /** Ends the recording and steering of a rank. */
  record Release(int rank, int start) implements FromNode0 {}

  /**
   * Tells a node to give the clocks of its GPUs back.
   *
   * @param problem a sentence about the failure that is the reason; null if there is none
   */
  record GiveBack(String problem) implements FromNode0 {}

  /**
   * Asks for the files of the ranks of this node in its output directory.
   *
   * @param marker name of a folder that exists in node 0's output directory now. A node that finds
   *     it in its own output directory shares node 0's.
   * @param manifest the content of run.json
   */
  record Publish(String marker, String manifest) implements FromNode0 {}

  /** Ends the training command by SIGTERM. */
  record Stop() implements FromNode0 {}

  /** Says that recording and steering have ended. */
  record Done() implements FromNode0 {}

  /** Says that node 0 runs. */
  record Alive() implements FromNode0 {}
}
