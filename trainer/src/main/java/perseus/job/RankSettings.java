package perseus.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import perseus.wire.JobSecret;

/**
 * Holds all settings of one rank. The launcher (the process that starts the ranks of a node) writes
 * these settings to the standard input of the rank.
 *
 * @param masterHost name or IP address of the host of node 0 (the node that coordinates the job)
 * @param masterPort port number at which node 0 accepts connections
 * @param secret the text of the key with which the rank authenticates itself to node 0 and to other
 *     ranks
 * @param timeoutSeconds the longest time in seconds to wait for a connection to node 0 and to other
 *     ranks
 * @param job the settings that are the same for all ranks of the job
 * @param gpuUuid UUID of the real GPU whose energy the rank measures; null for a simulated GPU
 * @param local the settings that are the same for all ranks of the rank's node
 */
public record RankSettings(
    int rank,
    String masterHost,
    int masterPort,
    String secret,
    long timeoutSeconds,
    JobSpec job,
    String gpuUuid,
    LocalSettings local) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Returns the settings of the rank as one line of JSON text. */
  public String toLine() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Parses the settings of a rank from a line of JSON text that {@link #toLine} has returned.
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

  /** Returns the secret with which the rank authenticates itself to node 0 and to other ranks. */
  public JobSecret jobSecret() {
    return JobSecret.ofKey(secret);
  }
}
