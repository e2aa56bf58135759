package perseus.cli.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import perseus.cli.common.CommandRunner;
import perseus.cli.common.FlagValue;
import perseus.cli.common.VerboseFlag;
import perseus.cli.interruption.Interruptible;
import perseus.cli.shell.CompletionCommand;
import perseus.control.Mode;
import perseus.control.policy.Schedulers;
import perseus.control.server.PlanServer;
import perseus.control.server.http.ServerLimits;
import perseus.control.server.job.ServerSettings;
import perseus.io.StrictJson;
import perseus.io.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Runs the command {@code perseus-server}, which starts the plan server and waits until the user
 * interrupts the process.
 */
@Command(
    name = "perseus-server",
    description = {
      "Serves frequency schedules to training jobs over HTTP. It works with the clients of this project, of the Perseus"
          + " research release and of Zeus, and shows the jobs on a web page.",
      ""
    },
    footer = {
      "",
      "Environment variables are used where a flag is not given: PERSEUS_SCHEDULER, PERSEUS_SCHEDULER_ARGS, PERSEUS_MODE,"
          + " PERSEUS_PORT, PERSEUS_DUMP_DATA, PERSEUS_DUMP_DIR, PERSEUS_DUMP_ROUNDS, PERSEUS_LOG_LEVEL,"
          + " PERSEUS_TOKEN, PERSEUS_MAX_JOB_IDLE_TIME. The same names with ZEUS_PFO_ instead of PERSEUS_ work too.",
      "",
      "PERSEUS_EXTENSIONS adds jars, or folders with jars, separated by colons; see docs/extending.md."
    },
    subcommands = CompletionCommand.class,
    sortOptions = false)
public final class ServerCommand implements Callable<Integer>, Interruptible {
  private static final String DEFAULT_SCHEDULER = "InstructionProfiler";
  private static final ObjectMapper JSON = StrictJson.builder().build();

  /**
   * Maximum idle time of a job in seconds, about 30 years. In nanoseconds, an idle time above about
   * 9.2 billion seconds would overflow a 64-bit integer.
   */
  private static final long MAX_IDLE_SECONDS = 1_000_000_000;

  private static final int MAX_BODY_MIB = 1024;

  /** Lists the names of the schedulers (methods that choose frequencies), for the help text. */
  static final class SchedulerNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Schedulers.names().iterator();
    }
  }

  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  @Option(
      names = "--scheduler",
      paramLabel = "NAME",
      completionCandidates = SchedulerNames.class,
      description =
          "The scheduler of all jobs, one of ${COMPLETION-CANDIDATES}; the ending 3D of a name, as in Merak, has no"
              + " effect. Default: "
              + DEFAULT_SCHEDULER
              + ".")
  String scheduler;

  @Option(
      names = "--scheduler-args",
      paramLabel = "JSON",
      description = "The scheduler's arguments, such as '{\"solution_path\": \"out/plans\"}'.")
  String schedulerArgs;

  @Option(
      names = "--mode",
      paramLabel = "NAME",
      description =
          "What the scheduler sets, 'frequency' or 'power limit', if it can set both. Default: depends on the scheduler.")
  String mode;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = ServerSettings.DEFAULT_HOST,
      description =
          "The address to listen on; 0.0.0.0 for all addresses. Default: ${DEFAULT-VALUE}, this host only.")
  String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port to listen on; 0 for any free port. Default: 7787.")
  Integer port;

  @Option(
      names = "--dump-dir",
      paramLabel = "DIR",
      description = "The directory for the schedules and results of all jobs. Default: dump.")
  Path dumpDir;

  @Option(names = "--no-dump", description = "Do not write schedules and results.")
  boolean noDump;

  @Option(
      names = "--dump-rounds",
      paramLabel = "N",
      description =
          "Keep the results of the newest N frequency schedules of each job; totals.json counts all. Default: 1000.")
  Integer dumpRounds;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "Serve only calls that contain this token; published clients send none. Open the web page as /?token=TOKEN."
              + " A token may contain letters, digits and . _ ~ + / = -")
  String token;

  @Option(
      names = "--max-job-idle-time",
      paramLabel = "S",
      description = "Remove a job after S seconds without a call. Default: 604800, a week.")
  Long maxJobIdleTime;

  @Option(
      names = "--max-body-size",
      paramLabel = "MIB",
      defaultValue = "8",
      description =
          "The maximum body of a call, in MiB; it may need 20 times as much memory. Default: ${DEFAULT-VALUE}.")
  int maxBodyMib;

  private final ServerVariables environment;

  /**
   * Sentence that is printed when the user stops the server; null before the server accepts calls.
   */
  private volatile String kept;

  public ServerCommand() {
    this(System::getenv);
  }

  public ServerCommand(UnaryOperator<String> environment) {
    this.environment = new ServerVariables(environment);
  }

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new ServerCommand(), arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    ServerSettings settings = FlagValue.of(spec.commandLine(), this::settings);
    PlanServer server = PlanServer.start(settings);
    kept = "Stopped. Jobs must register again at the next server.";
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    PrintWriter out = spec.commandLine().getOut();
    out.printf("Serving %s at %s%n", settings.scheduler().name(), server.uri());
    if (settings.dumpDirectory() != null) {
      kept += " Results of finished schedules are in " + settings.dumpDirectory() + ".";
      out.println("Schedules and results go to " + settings.dumpDirectory());
    }
    out.flush();
    if (settings.token() == null && !isLoopback(settings.host())) {
      spec.commandLine()
          .getErr()
          .println(
              "Anyone who reaches this port can change the jobs' frequencies, and calls are not encrypted; use a trusted network, or --token.");
    }
    try {
      settings.scheduler().fileCheck().run();
    } catch (UserError e) {
      // The server starts even if a file is missing, because the user may still write it.
      spec.commandLine().getErr().println("No job can start yet: " + e.getMessage());
    }
    server.join();
    return 0;
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  @Override
  public String kept() {
    return kept;
  }

  /**
   * Returns the settings of the plan server, from flags and environment variables, without reading
   * a file.
   *
   * @throws UserError if the value of a flag or environment variable is not allowed
   */
  public ServerSettings settings() {
    String name = environment.either(scheduler, "SCHEDULER").orElse(DEFAULT_SCHEDULER);
    Path directory =
        environment
            .either(dumpDir == null ? null : dumpDir.toString(), "DUMP_DIR")
            .map(Path::of)
            .orElse(Path.of("dump"));
    Optional<Mode> wanted =
        environment.either(mode, "MODE").filter(text -> !text.equals("unspecified")).map(Mode::of);
    if (host.isBlank()) {
      throw new UserError("The value of --host is empty (is a shell variable not set?).");
    }
    return new ServerSettings(
        Schedulers.choose(name, arguments(), wanted.orElse(null)),
        host,
        (int)
            within(
                0,
                65_535,
                "The port",
                environment.number(port, "PORT", ServerSettings.DEFAULT_PORT)),
        dumps() ? directory : null,
        (int)
            within(
                1,
                Integer.MAX_VALUE,
                "--dump-rounds",
                environment.number(dumpRounds, "DUMP_ROUNDS", ServerSettings.DEFAULT_DUMP_ROUNDS)),
        environment.either(null, "LOG_LEVEL").orElse("INFO").toUpperCase(Locale.ROOT),
        idleTime(),
        environment.either(token, "TOKEN").orElse(null),
        ServerLimits.DEFAULT.withMaxBodyBytes(
            (int) within(1, MAX_BODY_MIB, "The maximum body in MiB", maxBodyMib) << 20));
  }

  private Duration idleTime() {
    long seconds =
        environment.number(
            maxJobIdleTime, "MAX_JOB_IDLE_TIME", ServerSettings.DEFAULT_IDLE_TIME.toSeconds());
    return Duration.ofSeconds(
        within(1, MAX_IDLE_SECONDS, "The maximum idle time of a job in seconds", seconds));
  }

  private boolean dumps() {
    String text = environment.either(null, "DUMP_DATA").orElse("true").toLowerCase(Locale.ROOT);
    if (!text.matches("true|yes|on|1|false|no|off|0")) {
      throw new UserError(
          "The environment variable %s must be true or false, not '%s'."
              .formatted(environment.variable("DUMP_DATA"), text));
    }
    return !noDump && text.matches("true|yes|on|1");
  }

  private static long within(long minimum, long maximum, String what, long value) {
    if (value < minimum || value > maximum) {
      throw new UserError(
          "%s must be from %d to %d, not %d.".formatted(what, minimum, maximum, value));
    }
    return value;
  }

  private Map<String, Object> arguments() {
    String text = environment.either(schedulerArgs, "SCHEDULER_ARGS").orElse("{}");
    try {
      Map<String, Object> parsed =
          JSON.readValue(text, new TypeReference<Map<String, Object>>() {});
      if (parsed != null) {
        return parsed;
      }
    } catch (JsonProcessingException e) {
      // The text is not JSON, so the statement below throws the error.
    }
    throw new UserError(
        "The scheduler's arguments must be a JSON object such as {\"warmup_iters\": 2}, not: "
            + text);
  }
}
