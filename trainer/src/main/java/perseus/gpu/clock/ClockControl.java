package perseus.gpu.clock;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import perseus.io.Named;
import perseus.io.UserError;

/**
 * Defines the ways to set the clocks of GPUs: through the driver, through Zeus's daemon, or never.
 * Users choose the way to set clocks by the flag {@code --clock_control}.
 *
 * <p>The type {@link None} cannot create a {@link ClockSetter}, so a run with {@code
 * --clock_control none} cannot set a clock.
 */
public sealed interface ClockControl {
  /** The environment variable that holds the default value of the flag {@code --clock_control}. */
  String VARIABLE = "PERSEUS_CLOCK_CONTROL";

  /**
   * The environment variable that contains the path of the Unix socket of Zeus's daemon. The name
   * of the environment variable is defined by Zeus.
   */
  String ZEUSD_SOCKET_VARIABLE = "ZEUSD_SOCK_PATH";

  /** The path of the Unix socket of Zeus's daemon if the user names no path. */
  String ZEUSD_DEFAULT_SOCKET = "/var/run/zeusd.sock";

  /** Never sets a clock or a power limit. */
  record None() implements ClockControl {
    @Override
    public String text() {
      return "none";
    }
  }

  /** Sets clocks and power limits. */
  sealed interface Setting extends ClockControl {
    /**
     * Opens the connection through which the clocks of GPUs are set.
     *
     * @throws perseus.gpu.GpuException if the connection cannot be opened
     */
    ClockSetters open();
  }

  /** Sets clocks and power limits through the driver of the GPUs. */
  record Driver() implements Setting {
    @Override
    public String text() {
      return "nvml";
    }

    @Override
    public ClockSetters open() {
      return new DriverSetters();
    }
  }

  /**
   * Sets clocks and power limits through Zeus's daemon.
   *
   * @param socket path of the Unix socket of Zeus's daemon
   */
  record Zeusd(Path socket) implements Setting {
    @Override
    public String text() {
      return "zeusd:" + socket;
    }

    @Override
    public ClockSetters open() {
      return new ZeusdDaemon(socket, System.getenv(ZeusdDaemon.TOKEN_VARIABLE));
    }
  }

  /** Returns the value of the flag {@code --clock_control}, which {@link #parse} can read. */
  String text();

  /**
   * Returns the default value of the flag {@code --clock_control}.
   *
   * @param environment environment variables of the process; {@link #VARIABLE} contains the default
   *     value
   * @throws UserError if the value of {@link #VARIABLE} is unknown
   */
  static ClockControl ofEnvironment(Map<String, String> environment) {
    String text = environment.getOrDefault(VARIABLE, "");
    if (text.isBlank()) {
      return new Driver();
    }
    try {
      return parse(text, environment);
    } catch (UserError e) {
      throw new UserError(
          "The environment variable %s is wrong: %s".formatted(VARIABLE, e.getMessage()), e);
    }
  }

  /**
   * Parses a value of the flag {@code --clock_control}: {@code nvml}, {@code zeusd:SOCKET} or
   * {@code none}. An empty SOCKET stands for the path in the environment variable {@link
   * #ZEUSD_SOCKET_VARIABLE}, or for {@link #ZEUSD_DEFAULT_SOCKET} if the variable is not set.
   *
   * @param environment the environment variables of the process
   * @throws UserError if the text is not a valid value of the flag {@code --clock_control}
   */
  static ClockControl parse(String text, Map<String, String> environment) {
    String given = text.strip();
    int colon = given.indexOf(':');
    String word = colon < 0 ? given : given.substring(0, colon);
    if (word.equals("zeusd")) {
      return new Zeusd(socket(colon < 0 ? "" : given.substring(colon + 1), environment));
    }
    return switch (given) {
      case "nvml" -> new Driver();
      case "none" -> new None();
      default ->
          throw Named.unknown(
              "clock control",
              word.equals("nvml") || word.equals("none") ? given : word,
              List.of("nvml", "zeusd:SOCKET", "none"));
    };
  }

  private static Path socket(String given, Map<String, String> environment) {
    String path = given.isBlank() ? environment.getOrDefault(ZEUSD_SOCKET_VARIABLE, "") : given;
    if (path.isBlank()) {
      path = ZEUSD_DEFAULT_SOCKET;
    }
    try {
      return Path.of(path.strip()).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new UserError(
          "'%s' is not the path of a socket. Write zeusd: followed by the path of the socket of Zeus's daemon, such as zeusd:%s."
              .formatted(path, ZEUSD_DEFAULT_SOCKET),
          e);
    }
  }
}
