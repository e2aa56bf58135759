package perseus.cli.common;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perseus.cli.interruption.InterruptionNotice;
import perseus.extension.ExtensionError;
import perseus.extension.Extensions;
import perseus.io.UserError;
import perseus.io.UserHome;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Runs a command and returns its exit code: 0 for success, 1 for a failure, 2 for wrong usage, 130
 * for an interruption.
 *
 * <p>If a command fails, this class prints one sentence about the cause to standard error. If a
 * command with the flag {@code --verbose} fails, this class also prints a stack trace. Users may
 * write the names of flags with dashes or underscores, such as {@code --num-microbatches} or {@code
 * --num_microbatches}.
 */
public final class CommandRunner {
  /**
   * Marks a command that shares a group of flags with other commands, but refuses some flags of the
   * group. The refused flags are not in the help of the command.
   */
  public interface RefusedFlags {
    /** Returns the names of the refused flags, such as {@code --prof_precision}. */
    List<String> refusedFlags();
  }

  public static final int FAILED = 1;
  public static final int WRONG_USAGE = 2;

  /**
   * Exit code of a command that the user ended by Ctrl-C. As in shells, this exit code is 128 plus
   * the number of the signal SIGINT.
   */
  public static final int INTERRUPTED = 130;

  private CommandRunner() {}

  /**
   * Runs a command that prints to standard output and standard error, and returns the exit code of
   * the command.
   */
  public static int run(Object command, String... arguments) {
    UserHome.ensureAbsolute();
    StandardOutput out = new StandardOutput();
    PrintWriter err = new PrintWriter(System.err, true);
    int exitCode = run(command, out.writer(), err, arguments);
    if (exitCode == 0 && out.failure() != null) {
      err.println("Standard output cannot be written: " + out.failure() + ".");
      return FAILED;
    }
    return exitCode;
  }

  /**
   * Runs a command that prints to the writers {@code out} and {@code err}, and returns the exit
   * code of the command.
   */
  public static int run(Object command, PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine line = parser(command);
    line.setOut(out);
    line.setErr(err);
    boolean verbose = Arrays.asList(arguments).contains("--verbose");
    line.setParameterExceptionHandler((e, given) -> wrongUsage(e, given, verbose));
    line.setExecutionStrategy(parsed -> execute(parsed, line, verbose));
    line.setExecutionExceptionHandler((e, failed, parsed) -> failed(e, failed, verbose));
    try {
      return line.execute(inDeclaredSpelling(line, arguments));
    } catch (ExtensionError | Error e) {
      return failed(e, line, verbose);
    } finally {
      out.flush();
      err.flush();
    }
  }

  /** Returns the parser of a command, which knows the flags of the command and its help. */
  public static CommandLine parser(Object command) {
    CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF);
    CommandLine line = new CommandLine(command);
    if (command instanceof RefusedFlags refused) {
      refused.refusedFlags().forEach(name -> hide(line.getCommandSpec(), name));
    }
    GroupedHelp.install(line);
    line.getSubcommands().values().forEach(GroupedHelp::install);
    line.setUsageHelpWidth(HelpLines.width());
    if (!ProgressDisplay.movesCursor(System.getenv("TERM"))) {
      line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    }
    // A directory may have the name of a subcommand, as in "-o plan".
    line.setAllowSubcommandsAsOptionParameters(true);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    // If the user gives a flag several times, its last value is used. Users can change the value of
    // a flag by appending the flag again to a command line.
    line.setOverwrittenOptionsAllowed(true);
    line.registerConverter(Path.class, new NonEmptyPath());
    line.registerConverter(Double.class, new DecimalNumber());
    line.registerConverter(double.class, new DecimalNumber());
    return line;
  }

  /** Leaves a flag out of the help and of completions. */
  private static void hide(CommandSpec spec, String name) {
    OptionSpec flag = spec.findOption(name);
    spec.remove(flag);
    spec.addOption(OptionSpec.builder(flag).hidden(true).build());
  }

  /** Runs a command or prints its help, which lists the names of extensions. */
  private static int execute(ParseResult parsed, CommandLine line, boolean verbose) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    try {
      return InterruptionNotice.during(
          last.commandSpec().userObject(),
          line.getErr(),
          () -> new CommandLine.RunLast().execute(parsed));
    } catch (ExtensionError e) {
      return failed(e, line, verbose);
    }
  }

  private static int wrongUsage(ParameterException e, String[] arguments, boolean verbose) {
    CommandLine line = e.getCommandLine();
    if (e.getCause() instanceof ExtensionError broken) {
      return failed(broken, line, verbose);
    }
    String problem = UsageProblem.sentence(e, List.of(arguments));
    print("%s; see '%s --help'.".formatted(problem, line.getCommandSpec().qualifiedName()), line);
    return WRONG_USAGE;
  }

  private static int failed(Throwable e, CommandLine line, boolean verbose) {
    if (isShuttingDown()) {
      return INTERRUPTED;
    }
    print(sentence(e), line);
    if (verbose) {
      e.printStackTrace(line.getErr());
    }
    return FAILED;
  }

  /**
   * Returns whether the JVM is shutting down, for example after Ctrl-C. If a command fails during
   * the shutdown, the shutdown is the cause of the failure. To find out whether the JVM is shutting
   * down, the method tries to add a shutdown hook. Java refuses to add a shutdown hook only while
   * the JVM is shutting down.
   */
  private static boolean isShuttingDown() {
    Thread hook = new Thread();
    try {
      Runtime.getRuntime().addShutdownHook(hook);
      Runtime.getRuntime().removeShutdownHook(hook);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  private static String sentence(Throwable e) {
    if (e instanceof UserError) {
      return e.getMessage();
    }
    if (e instanceof OutOfMemoryError) {
      return "%d MiB of memory are too little for this; allow more, as in PERSEUS_JAVA_OPTS=-Xmx16g, or give the command less work."
          .formatted(Runtime.getRuntime().maxMemory() >> 20);
    }
    return Extensions.blame(e)
        .orElse("Internal error: " + e + " (run again with --verbose for the stack trace)");
  }

  private static void print(String sentence, CommandLine line) {
    line.getErr().println(line.getColorScheme().errorText(sentence));
  }

  /**
   * Returns the arguments with the declared name of each flag, such as {@code --output_dir} instead
   * of {@code --output-dir}.
   */
  private static String[] inDeclaredSpelling(CommandLine line, String[] arguments) {
    Map<String, String> declared = new HashMap<>();
    collectOptions(line.getCommandSpec(), declared);
    String[] result = arguments.clone();
    for (int i = 0; i < result.length && !result[i].equals("--"); i++) {
      if (result[i].startsWith("--")) {
        int end = result[i].indexOf('=') < 0 ? result[i].length() : result[i].indexOf('=');
        String name = declared.get(withDashes(result[i].substring(0, end)));
        if (name != null) {
          result[i] = name + result[i].substring(end);
        }
      }
    }
    return result;
  }

  /**
   * Adds the declared names of all flags of a command to the map {@code declared}. The keys of
   * {@code declared} are the names of the flags with dashes instead of underscores.
   */
  private static void collectOptions(CommandSpec spec, Map<String, String> declared) {
    spec.optionsMap().keySet().forEach(name -> declared.put(withDashes(name), name));
    spec.subcommands().values().forEach(sub -> collectOptions(sub.getCommandSpec(), declared));
  }

  private static String withDashes(String name) {
    return name.replace('_', '-');
  }
}
