package perseus.control.server.job;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import perseus.control.SchedulerChoice;
import perseus.control.dump.StateDump;
import perseus.control.server.http.ServerLimits;
import perseus.io.UserError;

/**
 * Holds the settings of a plan server.
 *
 * @param scheduler scheduler that the server creates for every job
 * @param host address to listen on
 * @param port TCP port to listen on; 0 for any free port
 * @param dumpDirectory directory that contains the dumps of all jobs; null to write no dumps
 * @param logLevel log level that {@code GET /info} reports
 * @param maxJobIdleTime time without a call to a job after which the job is removed
 * @param token token that every call must contain; null if the server requires no token
 * @param limits limits on the size and the speed of a client's requests
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

  /** Pattern of the characters that are allowed in bearer tokens. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]+");

  public static final String DEFAULT_HOST = "127.0.0.1";
  public static final int DEFAULT_PORT = 7787;
  public static final Duration DEFAULT_IDLE_TIME = Duration.ofDays(7);

  /**
   * @throws UserError if the token is empty or contains characters that are not allowed in headers
   *     and cookies
   */
  public ServerSettings {
    if (token != null && !TOKEN.matcher(token).matches()) {
      throw new UserError(
          "A token must not be empty and may contain only letters, digits and . _ ~ + / = -");
    }
  }

  /**
   * Returns the settings of a server on the local host that requires no token and has the default
   * limits.
   */
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

  /** Returns the settings in the form that {@code GET /info} and dumps contain. */
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
