package perseus.job;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Map;
import perseus.control.RankResult;

/** What launchers and ranks tell node 0. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "report")
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
   * A launcher's first report.
   *
   * @param nodes of how many it takes itself to be one
   * @param settings what has to be the same on all nodes, by the flag that sets it
   * @param inputs what the files hold that it was given, by the flag that names them
   */
  record NodeJoined(
      int node,
      int nodes,
      String host,
      Map<String, String> settings,
      Map<String, ContentDigest> inputs)
      implements Event {}

  /** A launcher has done a step. */
  record Published(Command.Publish.Step step) implements Event {}

  /**
   * A launcher could not go on.
   *
   * @param sentence what the user should read
   * @param consequence whether it is but the consequence of another failure
   */
  record Failed(String sentence, boolean consequence) implements Event {}

  /** The launcher, or the rank, is still there. */
  record Alive() implements Event {}

  /**
   * A rank's first report.
   *
   * @param address where other ranks reach it
   */
  record RankJoined(int rank, Command.Meet.Address address) implements Event {}

  /** A rank has connected with its peers and holds its stage. */
  record Ready() implements Event {}

  /**
   * A rank has run an iteration.
   *
   * @param loss mean over the iteration's microbatches; null on all stages but the last
   */
  record Iterated(Double loss) implements Event {}

  /**
   * What a rank measured under a frequency schedule.
   *
   * @param neededSlowdown the least slowdown at which its host keeps up with its simulated GPU
   * @param lateness how well it kept up
   */
  record Measured(RankResult result, double neededSlowdown, Lateness lateness) implements Event {}

  /** A rank has written its logs. */
  record Recorded() implements Event {}

  /** A rank has done all it had to, and ends. */
  record Ended() implements Event {}
}
