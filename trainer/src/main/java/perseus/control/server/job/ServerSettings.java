package perseus.control.server.job;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import perseus.control.SchedulerChoice;
import perseus.control.dump.StateDump;
import perseus.control.server.http.ServerLimits;
import perseus.io.UserError;

/**
 * How a plan server runs.
 *
 * @param scheduler what every job gets
 * @param host the address it binds to
 * @param port its port; 0 for any that is free
 * @param dumpDirectory where state dumps go; null for none
 * @param logLevel as {@code GET /info} tells it
 * @param maxJobIdleTime after how long without a call a job goes
 * @param token what calls must show, made of the characters that bearer tokens have; null for
 *     nothing
 * @param limits what one client may take
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

  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]+");

  public static final String DEFAULT_HOST = "127.0.0.1";
  public static final int DEFAULT_PORT = 7787;
  public static final Duration DEFAULT_IDLE_TIME = Duration.ofDays(7);

  /**
   * @throws UserError if the token is empty, or no header or cookie can carry it
   */
  public ServerSettings {
    if (token != null && !TOKEN.matcher(token).matches()) {
      throw new UserError(
          "A token has letters, digits and any of . _ ~ + / = - only, and at least one of them.");
    }
  }

  /** Local, without a token, with the usual limits. */
  public static ServerSettings local(SchedulerChoice scheduler, int port, Path dumpDirectory) {
    return new ServerSettings(
        scheduler,
        DEFAULT_HOST,
        port,
        dumpDirectory,
        "INFO",
        DEFAULT_IDLE_TIME,
        null,
        ServerLimits.USUAL);
  }

  /** What {@code GET /info} and dumps say. */
  public StateDump.Settings described() {
    return new StateDump.Settings(
        scheduler.name(),
        scheduler.args(),
        logLevel,
        scheduler.mode(),
        dumpDirectory != null,
        dumpDirectory == null ? "" : dumpDirectory.toString());
  }
}
