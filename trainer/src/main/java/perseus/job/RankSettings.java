package perseus.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import perseus.wire.JobSecret;

/**
 * The settings of one rank, which its launcher writes to the standard input of the rank's process.
 *
 * @param rank the rank's number
 * @param masterHost the coordinator's host
 * @param masterPort the coordinator's port
 * @param secret the secret with which the rank authenticates itself
 * @param timeoutSeconds how long to wait for the coordinator and for other ranks
 * @param job settings that are the same for all ranks
 * @param local settings that are the same for the ranks of this node
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

  /** Returns these settings as one line of text. */
  public String toLine() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Parses what {@link #toLine} has returned.
   *
   * @throws IllegalArgumentException if the line is anything else
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
