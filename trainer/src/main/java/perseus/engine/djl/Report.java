package perseus.engine.djl;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Map;
import perseus.control.RankResult;

/** What launchers and ranks tell node 0. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "report")
@JsonSubTypes({
  @JsonSubTypes.Type(Report.NodeJoined.class),
  @JsonSubTypes.Type(Report.Published.class),
  @JsonSubTypes.Type(Report.Failed.class),
  @JsonSubTypes.Type(Report.Alive.class),
  @JsonSubTypes.Type(Report.RankJoined.class),
  @JsonSubTypes.Type(Report.Ready.class),
  @JsonSubTypes.Type(Report.Iterated.class),
  @JsonSubTypes.Type(Report.Measured.class),
  @JsonSubTypes.Type(Report.Recorded.class),
  @JsonSubTypes.Type(Report.Ended.class)
})
sealed interface Report {
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
      implements Report {}

  /** A launcher has done a step. */
  record Published(Order.Publish.Step step) implements Report {}

  /**
   * A launcher could not go on.
   *
   * @param sentence what the user should read
   * @param consequence whether it is but the consequence of another failure
   */
  record Failed(String sentence, boolean consequence) implements Report {}

  /** The launcher, or the rank, is still there. */
  record Alive() implements Report {}

  /**
   * A rank's first report.
   *
   * @param address where other ranks reach it
   */
  record RankJoined(int rank, Order.Meet.Address address) implements Report {}

  /** A rank has connected with its peers and holds its stage. */
  record Ready() implements Report {}

  /**
   * A rank has run an iteration.
   *
   * @param loss mean over the iteration's microbatches; null on all stages but the last
   */
  record Iterated(Double loss) implements Report {}

  /**
   * What a rank measured under a frequency schedule.
   *
   * @param neededSlowdown the least slowdown at which its host keeps up with its simulated GPU
   * @param lateness how well it kept up
   */
  record Measured(RankResult result, double neededSlowdown, Lateness lateness) implements Report {}

  /** A rank has written its logs. */
  record Recorded() implements Report {}

  /** A rank has done all it had to, and ends. */
  record Ended() implements Report {}
}
