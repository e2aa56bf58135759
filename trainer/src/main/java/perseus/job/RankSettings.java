package perseus.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import perseus.wire.JobSecret;

/**
 * What a launcher tells a rank's process that it starts, on its standard input.
 *
 * @param rank its rank
 * @param masterHost where the coordinator is
 * @param masterPort its port
 * @param secret what the rank proves itself with
 * @param timeoutSeconds how long to wait for other ranks
 * @param job what all ranks have in common
 * @param local what the ranks of a node have in common
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

  /** As one line of text. */
  public String toLine() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  public static RankSettings ofLine(String line) {
    try {
      return JSON.readValue(line, RankSettings.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Settings of a rank that nobody understands.", e);
    }
  }

  public JobSecret jobSecret() {
    return JobSecret.of(secret);
  }
}
