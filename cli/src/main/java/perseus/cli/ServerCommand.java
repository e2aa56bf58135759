package perseus.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import perseus.control.Mode;
import perseus.control.Schedulers;
import perseus.control.server.PlanServer;
import perseus.control.server.ServerLimits;
import perseus.control.server.ServerSettings;
import perseus.recording.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code perseus-server}: the plan server. */
@Command(
    name = "perseus-server",
    description = {
      "Serves frequency schedules to training jobs over HTTP, to the clients of the research release and of Zeus as"
          + " they are, and shows the jobs on a page.",
      ""
    },
    footer = {
      "",
      "What a flag does not say, the environment does: PERSEUS_SCHEDULER, PERSEUS_SCHEDULER_ARGS, PERSEUS_MODE,"
          + " PERSEUS_PORT, PERSEUS_DUMP_DATA, PERSEUS_DUMP_DIR, PERSEUS_LOG_LEVEL, PERSEUS_TOKEN,"
          + " PERSEUS_MAX_JOB_IDLE_TIME; or the same with ZEUS_PFO_ for PERSEUS_."
    },
    sortOptions = false)
public final class ServerCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  @Option(
      names = "--scheduler",
      paramLabel = "NAME",
      description =
          "InstructionProfiler (the default), PointSolution, AllMaxFrequency, ZeusGlobalPowerLimit,"
              + " ZeusLocalPowerState or Straggler; a 3D at the end changes nothing.")
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
          "'frequency' or 'power limit', for schedulers that do either. Default: the scheduler's own.")
  String mode;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = ServerSettings.DEFAULT_HOST,
      description =
          "The address to listen on; 0.0.0.0 for all. Default: ${DEFAULT-VALUE}, this host only.")
  String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port to listen on; 0 for any that is free. Default: 7787.")
  Integer port;

  @Option(
      names = "--dump-dir",
      paramLabel = "DIR",
      description = "Where each job's schedules and results are written. Default: dump.")
  Path dumpDir;

  @Option(names = "--no-dump", description = "Write no dumps.")
  boolean noDump;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "Serve only calls that show this token (published clients show none); open the page as /?token=TOKEN."
              + " It may have letters, digits and . _ ~ + / = -")
  String token;

  @Option(
      names = "--max-job-idle-time",
      paramLabel = "S",
      description = "Forget a job after so many seconds without a call. Default: 604800, a week.")
  Long maxJobIdleTime;

  @Option(
      names = "--max-body-size",
      paramLabel = "MIB",
      defaultValue = "8",
      description =
          "Longest body of a call, in MiB; one may take twenty times as much memory. Default: ${DEFAULT-VALUE}.")
  int maxBodyMib;

  private final UnaryOperator<String> environment;

  public ServerCommand() {
    this(System::getenv);
  }

  ServerCommand(UnaryOperator<String> environment) {
    this.environment = environment;
  }

  /** Runs the command and exits. */
  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new ServerCommand(), arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    ServerSettings settings = settings();
    PlanServer server = PlanServer.start(settings);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    PrintWriter out = spec.commandLine().getOut();
    out.printf("Serving %s at %s%n", settings.scheduler().name(), server.uri());
    if (settings.dumpDirectory() != null) {
      out.println("Dumps go to " + settings.dumpDirectory());
    }
    out.flush();
    server.join();
    return 0;
  }

  /** What flags and environment say together. */
  ServerSettings settings() {
    String name = either(scheduler, "SCHEDULER").orElse("InstructionProfiler");
    boolean dumps = !noDump && !either(null, "DUMP_DATA").orElse("true").matches("(?i)false|0|no");
    Path directory =
        either(dumpDir == null ? null : dumpDir.toString(), "DUMP_DIR")
            .map(Path::of)
            .orElse(Path.of("dump"));
    Optional<Mode> wanted =
        either(mode, "MODE").filter(text -> !text.equals("unspecified")).map(Mode::of);
    long idleSeconds =
        maxJobIdleTime == null
            ? number("MAX_JOB_IDLE_TIME", ServerSettings.DEFAULT_IDLE_TIME.toSeconds())
            : maxJobIdleTime;
    long portNumber = port == null ? number("PORT", ServerSettings.DEFAULT_PORT) : port;
    if (portNumber < 0 || portNumber > 65_535) {
      throw new InputException("A port is from 0 to 65535, not " + portNumber + ".");
    }
    if (idleSeconds < 1 || maxBodyMib < 1 || maxBodyMib > 1024) {
      throw new InputException(
          "A job may be idle for 1 s at least, and a body have from 1 to 1024 MiB.");
    }
    return new ServerSettings(
        Schedulers.choose(name, arguments(), wanted.orElse(null)),
        host,
        (int) portNumber,
        dumps ? directory : null,
        either(null, "LOG_LEVEL").orElse("INFO").toUpperCase(Locale.ROOT),
        Duration.ofSeconds(idleSeconds),
        either(token, "TOKEN").orElse(null),
        ServerLimits.USUAL.withMostBodyBytes(maxBodyMib << 20));
  }

  private Map<String, Object> arguments() {
    String text = either(schedulerArgs, "SCHEDULER_ARGS").orElse("{}");
    try {
      Map<String, Object> parsed =
          JSON.readValue(text, new TypeReference<Map<String, Object>>() {});
      if (parsed != null) {
        return parsed;
      }
    } catch (JsonProcessingException e) {
      // Said below.
    }
    throw new InputException(
        "The scheduler's arguments are not a JSON object such as {\"warmup_iters\": 2}: " + text);
  }

  /** The flag, else the environment's value under this project's or under Zeus's prefix. */
  private Optional<String> either(String flag, String name) {
    return Optional.ofNullable(flag)
        .or(() -> set("PERSEUS_" + name))
        .or(() -> set("ZEUS_PFO_" + name));
  }

  private Optional<String> set(String variable) {
    return Optional.ofNullable(environment.apply(variable)).filter(value -> !value.isBlank());
  }

  private long number(String name, long otherwise) {
    Optional<String> value = either(null, name);
    try {
      return value.map(Long::valueOf).orElse(otherwise);
    } catch (NumberFormatException e) {
      throw new InputException(
          "The environment's %s is '%s', not a whole number."
              .formatted("PERSEUS_" + name, value.orElseThrow()),
          e);
    }
  }
}
