package perseus.control.server.job;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import perseus.control.SchedulerChoice;
import perseus.control.dump.StateDump;
import perseus.control.server.http.ServerLimits;
import perseus.io.UserError;

/**
 * Settings of a plan server.
 *
 * @param scheduler scheduler of every job
 * @param host address to listen on
 * @param port port to listen on; 0 for any free port
 * @param dumpDirectory directory for the dumps of all jobs; null to write no dumps
 * @param logLevel log level that {@code GET /info} reports
 * @param maxJobIdleTime time without a call after which a job is removed
 * @param token token that calls must contain; null for none
 * @param limits limits on what one client may use
 */
public record ServerSettings(
    SchedulerChoice scheduler,
    String host,
    int port,
    Path dumpDirectory,
    String logLevel,
    Duration maxJobIdleTime,
    String token,
    ServerLimits limits) {

  /** The characters of bearer tokens. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]+");

  public static final String DEFAULT_HOST = "127.0.0.1";
  public static final int DEFAULT_PORT = 7787;
  public static final Duration DEFAULT_IDLE_TIME = Duration.ofDays(7);

  /**
   * @throws UserError if the token is empty, or contains characters that are not allowed in headers
   *     and cookies
   */
  public ServerSettings {
    if (token != null && !TOKEN.matcher(token).matches()) {
      throw new UserError(
          "A token must not be empty and may contain only letters, digits and . _ ~ + / = -");
    }
  }

  /** Returns the settings of a server on the local host, without a token, with default limits. */
  public static ServerSettings local(SchedulerChoice scheduler, int port, Path dumpDirectory) {
    return new ServerSettings(
        scheduler,
        DEFAULT_HOST,
        port,
        dumpDirectory,
        "INFO",
        DEFAULT_IDLE_TIME,
        null,
        ServerLimits.DEFAULT);
  }

  /** Returns the settings that {@code GET /info} and dumps contain. */
  public StateDump.Settings toDump() {
    return new StateDump.Settings(
        scheduler.name(),
        scheduler.args(),
        logLevel,
        scheduler.mode(),
        dumpDirectory != null,
        dumpDirectory == null ? "" : dumpDirectory.toString());
  }
}
