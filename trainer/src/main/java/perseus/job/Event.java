package perseus.job;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Map;
import perseus.control.RankResult;

/** A message from a launcher or a rank to node 0. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(Event.NodeJoined.class),
  @JsonSubTypes.Type(Event.Published.class),
  @JsonSubTypes.Type(Event.Failed.class),
  @JsonSubTypes.Type(Event.Alive.class),
  @JsonSubTypes.Type(Event.RankJoined.class),
  @JsonSubTypes.Type(Event.Ready.class),
  @JsonSubTypes.Type(Event.Iterated.class),
  @JsonSubTypes.Type(Event.Measured.class),
  @JsonSubTypes.Type(Event.Recorded.class),
  @JsonSubTypes.Type(Event.Ended.class)
})
public sealed interface Event {
  /**
   * A launcher's first message.
   *
   * @param nodes number of nodes of the job, as the launcher was started
   * @param settings settings that must be equal on all nodes, by the flag that sets them
   * @param inputs digests of the input files, which must be equal on all nodes, by the flag that
   *     names the file
   */
  record NodeJoined(
      int node,
      int nodes,
      String host,
      Map<String, String> settings,
      Map<String, ContentDigest> inputs)
      implements Event {}

  /** A launcher has done a step of {@link Command.Publish}. */
  record Published(Command.Publish.Step step) implements Event {}

  /**
   * A launcher or one of its ranks has failed.
   *
   * @param sentence the message to the user
   * @param consequence whether another failure is probably the cause
   */
  record Failed(String sentence, boolean consequence) implements Event {}

  /** A heartbeat of a launcher or a rank. */
  record Alive() implements Event {}

  /**
   * A rank's first message.
   *
   * @param address where other ranks reach it
   */
  record RankJoined(int rank, RankAddress address) implements Event {}

  /** A rank has connected to its peers and built its stages. */
  record Ready() implements Event {}

  /**
   * A rank has run an iteration.
   *
   * @param loss mean over the iteration's microbatches; null for ranks that do not have the last
   *     stage
   */
  record Iterated(Double loss) implements Event {}

  /**
   * The measurements of a rank under a frequency schedule.
   *
   * @param neededSlowdown the minimum {@code hostSlowdown} with which the rank's host keeps up with
   *     its simulated GPU
   * @param lateness how well the host kept up
   */
  record Measured(RankResult result, double neededSlowdown, Lateness lateness) implements Event {}

  /** A rank has written its logs. */
  record Recorded() implements Event {}

  /** A rank has finished and its process ends. */
  record Ended() implements Event {}
}
