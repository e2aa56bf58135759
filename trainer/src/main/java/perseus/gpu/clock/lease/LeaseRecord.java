package perseus.gpu.clock.lease;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import perseus.io.StrictJson;
import perseus.wire.HostName;

/**
 * Holds the content of a lease file, which describes the process that reserves a GPU. The content
 * of a lease file is JSON.
 *
 * @param gpu UUID of the GPU
 * @param user name of the user who runs the process
 * @param pid process ID inside the container of the process
 * @param started start time of the process, as text in ISO 8601 (UTC)
 * @param command first part of the command line of the process
 * @param host name of the host; in a container, the name of the container
 * @param created time at which the process reserved the GPU, as text in ISO 8601 (UTC)
 * @param powerLimitWatts power limit in watts that the GPU had before the run; null if the run sets
 *     no power limits
 * @param givingBack whether the process reserves the GPU only for some seconds to reset it after a
 *     run was killed
 */
public record LeaseRecord(
    @JsonProperty(required = true) String gpu,
    @JsonProperty(required = true) String user,
    @JsonProperty(required = true) long pid,
    @JsonProperty(required = true) String started,
    @JsonProperty(required = true) String command,
    @JsonProperty(required = true) String host,
    @JsonProperty(required = true) String created,
    @JsonInclude(JsonInclude.Include.NON_NULL) Double powerLimitWatts,
    boolean givingBack) {

  private static final JsonMapper JSON =
      StrictJson.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private static final int MAX_COMMAND_CHARACTERS = 200;

  private static final DateTimeFormatter SHOWN_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

  public LeaseRecord {
    if (gpu == null || user == null || started == null || command == null || host == null) {
      throw new IllegalArgumentException("A field of the lease is null.");
    }
    if (powerLimitWatts != null && !(powerLimitWatts > 0 && powerLimitWatts < 1e6)) {
      throw new IllegalArgumentException("The power limit of the lease is wrong.");
    }
  }

  /**
   * Describes the calling process.
   *
   * @param powerLimitWatts power limit in watts that the GPU had before the run; null if the run
   *     sets no power limits
   */
  public static LeaseRecord ofThisProcess(String gpu, Double powerLimitWatts, boolean givingBack) {
    ProcessHandle self = ProcessHandle.current();
    String command = System.getProperty("sun.java.command", "java");
    return new LeaseRecord(
        gpu,
        ThisUser.name(),
        self.pid(),
        self.info().startInstant().map(Instant::toString).orElse("unknown"),
        shorten(command),
        HostName.get(),
        Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
        powerLimitWatts,
        givingBack);
  }

  String toJson() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads the content of a lease file; returns empty if the content is not JSON with the expected
   * fields.
   */
  static Optional<LeaseRecord> parse(String text) {
    try {
      return Optional.ofNullable(JSON.readValue(text, LeaseRecord.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns a text for users that describes the process that has reserved the GPU. Any user may
   * have written the lease file, so control characters are removed from the text.
   */
  public String holder() {
    return "user %s, process %d on host %s, started %s, command: %s"
        .formatted(clean(user), pid, clean(host), shown(started), shorten(clean(command)));
  }

  private static String shown(String time) {
    try {
      return SHOWN_TIME.format(Instant.parse(time).atZone(ZoneId.systemDefault()));
    } catch (DateTimeException e) {
      return "at an unknown time";
    }
  }

  private static String clean(String text) {
    return shorten(text.replaceAll("\\p{C}", " "));
  }

  private static String shorten(String text) {
    return text.length() <= MAX_COMMAND_CHARACTERS
        ? text
        : text.substring(0, MAX_COMMAND_CHARACTERS) + "...";
  }
}
