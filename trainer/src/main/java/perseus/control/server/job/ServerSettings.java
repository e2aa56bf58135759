package perseus.control.server.job;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import perseus.control.SchedulerChoice;
import perseus.control.dump.StateDump;
import perseus.control.server.http.ServerLimits;
import perseus.io.UserError;

/**
 * Holds the parameters of a plan server, from which the ranks of jobs fetch their frequency
 * schedules.
 *
 * @param scheduler scheduler that the plan server creates for every job
 * @param host host name or IP address on which the plan server listens
 * @param port TCP port on which the plan server listens; 0 for any free port
 * @param dumpDirectory directory that contains the state dumps of all jobs; null if the server
 *     writes no state dumps
 * @param dumpRounds number of frequency schedules of a job whose files are kept in the state dump;
 *     only the newest are kept
 * @param logLevel log level of the plan server, which the answer to {@code GET /info} contains
 * @param maxJobIdleTime time after which the server removes a job that no client has called
 * @param token token that every HTTP call must contain; null if the server requires no token
 * @param limits limits on the size and the speed of a client's requests
 */
public record ServerSettings(
    SchedulerChoice scheduler,
    String host,
    int port,
    Path dumpDirectory,
    int dumpRounds,
    String logLevel,
    Duration maxJobIdleTime,
    String token,
    ServerLimits limits) {

  /** Pattern of a token with only the characters that HTTP bearer tokens may contain. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]+");

  public static final String DEFAULT_HOST = "127.0.0.1";
  public static final int DEFAULT_PORT = 7787;
  public static final int DEFAULT_DUMP_ROUNDS = 1000;
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

  /** Creates parameters with the default value of {@code dumpRounds}. */
  public ServerSettings(
      SchedulerChoice scheduler,
      String host,
      int port,
      Path dumpDirectory,
      String logLevel,
      Duration maxJobIdleTime,
      String token,
      ServerLimits limits) {
    this(
        scheduler,
        host,
        port,
        dumpDirectory,
        DEFAULT_DUMP_ROUNDS,
        logLevel,
        maxJobIdleTime,
        token,
        limits);
  }

  /**
   * Returns the parameters of a plan server that listens on the local host, requires no token and
   * has the default limits.
   */
  public static ServerSettings local(SchedulerChoice scheduler, int port, Path dumpDirectory) {
    return new ServerSettings(
        scheduler,
        DEFAULT_HOST,
        port,
        dumpDirectory,
        DEFAULT_DUMP_ROUNDS,
        "INFO",
        DEFAULT_IDLE_TIME,
        null,
        ServerLimits.DEFAULT);
  }

  /** Returns the parameters of the server in the form of the answer to {@code GET /info}. */
  public StateDump.Settings toDump() {
    return new StateDump.Settings(
        scheduler.name(),
        scheduler.args(),
        logLevel,
        scheduler.mode(),
        dumpDirectory != null,
        dumpDirectory == null ? "" : dumpDirectory.toString(),
        null);
  }
}
