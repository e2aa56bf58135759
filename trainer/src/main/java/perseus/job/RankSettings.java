package perseus.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import perseus.wire.JobSecret;

/**
 * Holds all settings of one rank. The launcher of the node writes the rank's settings to the
 * standard input of the rank's process.
 *
 * @param rank the rank's number
 * @param masterHost name or IP address of node 0's host, on which the coordinator runs
 * @param masterPort port number of the coordinator
 * @param secret the secret with which the rank authenticates itself
 * @param timeoutSeconds the longest time in seconds to wait for a connection to the coordinator and
 *     to other ranks
 * @param job the settings that are the same for all ranks of the job
 * @param local the settings that are the same for all ranks of the rank's node
 */
public record RankSettings(
    int rank,
    String masterHost,
    int masterPort,
    String secret,
    long timeoutSeconds,
    JobSpec job,
    LocalSettings local) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Returns these settings as one line of JSON text. */
  public String toLine() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Parses a line that {@link #toLine} has returned.
   *
   * @throws IllegalArgumentException if the line is not the JSON text of a rank's settings
   */
  public static RankSettings ofLine(String line) {
    try {
      return JSON.readValue(line, RankSettings.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("The settings of a rank cannot be parsed.", e);
    }
  }

  /** Returns the secret with which the rank authenticates itself. */
  public JobSecret jobSecret() {
    return JobSecret.of(secret);
  }
}
