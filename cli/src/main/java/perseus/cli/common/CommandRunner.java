package perseus.cli.common;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perseus.io.UserError;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Runs a command the way all commands of this project run: flags in both spellings ({@code
 * --num_microbatches} and {@code --num-microbatches}), exit code 0 when done, 1 with one sentence
 * on standard error when it failed, 2 when the usage was wrong, and no stack trace unless {@code
 * --verbose} asks for it.
 */
public final class CommandRunner {
  public static final int FAILED = 1;
  public static final int WRONG_USAGE = 2;

  /** As shells have it: 128 and the number of the signal, SIGINT. */
  public static final int INTERRUPTED = 130;

  private CommandRunner() {}

  /** Parses and runs; returns the exit code. */
  public static int run(Object command, String... arguments) {
    StandardOutput out = new StandardOutput();
    PrintWriter err = new PrintWriter(System.err, true);
    int exitCode = run(command, out.writer(), err, arguments);
    if (exitCode == 0 && out.failure() != null) {
      err.println("Standard output cannot be written: " + out.failure() + ".");
      return FAILED;
    }
    return exitCode;
  }

  /** As {@link #run(Object, String...)}, with what the command prints going elsewhere. */
  public static int run(Object command, PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine line = new CommandLine(command);
    line.setOut(out);
    line.setErr(err);
    line.setUsageHelpAutoWidth(true);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    // The last of a flag's values counts, so that flags can be appended to a command.
    line.setOverwrittenOptionsAllowed(true);
    line.registerConverter(Path.class, new NonEmptyPath());
    line.registerConverter(Double.class, new DecimalNumber());
    line.registerConverter(double.class, new DecimalNumber());
    CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF);
    boolean verbose = Arrays.asList(arguments).contains("--verbose");
    line.setParameterExceptionHandler(CommandRunner::wrongUsage);
    line.setExecutionExceptionHandler((e, failed, parsed) -> failed(e, failed, verbose));
    try {
      try {
        return line.execute(inDeclaredSpelling(line, arguments));
      } catch (OutOfMemoryError e) {
        line.getErr()
            .println(
                line.getColorScheme()
                    .errorText(
                        "%d MiB of memory are too few for this; allow more, as in PERSEUS_JAVA_OPTS=-Xmx8g."
                            .formatted(Runtime.getRuntime().maxMemory() >> 20)));
        return FAILED;
      }
    } catch (OutOfMemoryError e) {
      return failed(e, line, verbose);
    } finally {
      out.flush();
      err.flush();
    }
  }

  private static int wrongUsage(ParameterException e, String[] arguments) {
    CommandLine line = e.getCommandLine();
    String problem = UsageProblem.sentence(e, List.of(arguments));
    print("%s; see '%s --help'.".formatted(problem, line.getCommandSpec().qualifiedName()), line);
    return WRONG_USAGE;
  }

  private static int failed(Throwable e, CommandLine line, boolean verbose) {
    if (isEnding()) {
      return INTERRUPTED;
    }
    print(sentence(e), line);
    if (verbose) {
      e.printStackTrace(line.getErr());
    }
    return FAILED;
  }

  /**
   * Whether the process was told to end, as by Ctrl-C: what fails from then on fails for that
   * reason. Only the attempt to add a hook tells.
   */
  private static boolean isEnding() {
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
      return "The work does not fit into %d MiB of memory; allow more, as with PERSEUS_JAVA_OPTS=-Xmx16g, or give it less."
          .formatted(Runtime.getRuntime().maxMemory() >> 20);
    }
    return "Internal error: " + e + " (run again with --verbose for the stack trace)";
  }

  private static void print(String sentence, CommandLine line) {
    line.getErr().println(line.getColorScheme().errorText(sentence));
  }

  /**
   * Replaces flags that are spelled with - for _, or _ for -, by the spelling under which they are
   * declared.
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

  private static void collectOptions(CommandSpec spec, Map<String, String> declared) {
    spec.optionsMap().keySet().forEach(name -> declared.put(withDashes(name), name));
    spec.subcommands().values().forEach(sub -> collectOptions(sub.getCommandSpec(), declared));
  }

  private static String withDashes(String name) {
    return name.replace('_', '-');
  }
}
