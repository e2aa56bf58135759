package perseus.cli.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import perseus.cli.common.CommandRunner;
import perseus.cli.common.FlagValue;
import perseus.cli.common.VerboseFlag;
import perseus.control.Mode;
import perseus.control.policy.Schedulers;
import perseus.control.server.PlanServer;
import perseus.control.server.http.ServerLimits;
import perseus.control.server.job.ServerSettings;
import perseus.io.UserError;
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
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /** Thirty years; a longer time might not be countable in nanoseconds. */
  private static final long LONGEST_IDLE_SECONDS = 1_000_000_000;

  private static final int LONGEST_BODY_MIB = 1024;

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

  public ServerCommand(UnaryOperator<String> environment) {
    this.environment = environment;
  }

  /** Runs the command and exits. */
  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new ServerCommand(), arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    ServerSettings settings = FlagValue.of(spec.commandLine(), this::settings);
    PlanServer server = PlanServer.start(settings);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    PrintWriter out = spec.commandLine().getOut();
    out.printf("Serving %s at %s%n", settings.scheduler().name(), server.uri());
    if (settings.dumpDirectory() != null) {
      out.println("Dumps go to " + settings.dumpDirectory());
    }
    out.flush();
    try {
      settings.scheduler().files().run();
    } catch (UserError e) {
      // The files may come before the first job does.
      spec.commandLine().getErr().println("As it is, no job can start: " + e.getMessage());
    }
    server.join();
    return 0;
  }

  /**
   * What flags and environment say together; no file is looked at.
   *
   * @throws UserError if a value means nothing
   */
  public ServerSettings settings() {
    String name = either(scheduler, "SCHEDULER").orElse("InstructionProfiler");
    Path directory =
        either(dumpDir == null ? null : dumpDir.toString(), "DUMP_DIR")
            .map(Path::of)
            .orElse(Path.of("dump"));
    Optional<Mode> wanted =
        either(mode, "MODE").filter(text -> !text.equals("unspecified")).map(Mode::of);
    if (host.isBlank()) {
      throw new UserError("The address in --host is empty (is a variable not set?).");
    }
    return new ServerSettings(
        Schedulers.choose(name, arguments(), wanted.orElse(null)),
        host,
        (int) within(0, 65_535, "A port is", number(port, "PORT", ServerSettings.DEFAULT_PORT)),
        dumps() ? directory : null,
        either(null, "LOG_LEVEL").orElse("INFO").toUpperCase(Locale.ROOT),
        idleTime(),
        either(token, "TOKEN").orElse(null),
        ServerLimits.USUAL.withMostBodyBytes(
            (int) within(1, LONGEST_BODY_MIB, "The MiB of a body are", maxBodyMib) << 20));
  }

  private Duration idleTime() {
    long seconds =
        number(maxJobIdleTime, "MAX_JOB_IDLE_TIME", ServerSettings.DEFAULT_IDLE_TIME.toSeconds());
    return Duration.ofSeconds(
        within(1, LONGEST_IDLE_SECONDS, "The seconds that a job may be idle are", seconds));
  }

  private boolean dumps() {
    String text = either(null, "DUMP_DATA").orElse("true").toLowerCase(Locale.ROOT);
    if (!text.matches("true|yes|on|1|false|no|off|0")) {
      throw new UserError(
          "The environment's %s is '%s', neither true nor false."
              .formatted(variable("DUMP_DATA"), text));
    }
    return !noDump && text.matches("true|yes|on|1");
  }

  private static long within(long least, long most, String what, long value) {
    if (value < least || value > most) {
      throw new UserError("%s from %d to %d, not %d.".formatted(what, least, most, value));
    }
    return value;
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
    throw new UserError(
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

  /** The variable that {@link #either} has read. */
  private String variable(String name) {
    return (set("PERSEUS_" + name).isPresent() ? "PERSEUS_" : "ZEUS_PFO_") + name;
  }

  private long number(Number flag, String name, long otherwise) {
    if (flag != null) {
      return flag.longValue();
    }
    Optional<String> value = either(null, name);
    try {
      return value.map(Long::valueOf).orElse(otherwise);
    } catch (NumberFormatException e) {
      throw new UserError(
          "The environment's %s is '%s', not a whole number."
              .formatted(variable(name), value.orElseThrow()),
          e);
    }
  }
}
