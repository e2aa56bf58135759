package perseus.cli;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import perseus.recording.InputException;
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

  private CommandRunner() {}

  /** Parses and runs; returns the exit code. */
  public static int run(Object command, String... arguments) {
    CommandLine line = new CommandLine(command);
    line.setUsageHelpAutoWidth(true);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    boolean verbose = java.util.Arrays.asList(arguments).contains("--verbose");
    line.setParameterExceptionHandler(CommandRunner::wrongUsage);
    line.setExecutionExceptionHandler((e, failed, parsed) -> failed(e, failed, verbose));
    try {
      return line.execute(inDeclaredSpelling(line, arguments));
    } catch (OutOfMemoryError e) {
      return outOfMemory(e, line, verbose);
    }
  }

  private static int outOfMemory(OutOfMemoryError e, CommandLine line, boolean verbose) {
    line.getErr()
        .printf(
            Locale.ROOT,
            "The %.1f GiB of memory that the JVM may use do not do for this; give it more, such as PERSEUS_JAVA_OPTS=-Xmx16g.%n",
            Runtime.getRuntime().maxMemory() / (double) (1 << 30));
    if (verbose) {
      e.printStackTrace(line.getErr());
    }
    return FAILED;
  }

  private static int wrongUsage(ParameterException e, String[] arguments) {
    CommandLine line = e.getCommandLine();
    line.getErr().println(line.getColorScheme().errorText(e.getMessage()));
    line.getErr().println("See '" + line.getCommandSpec().qualifiedName() + " --help'.");
    return WRONG_USAGE;
  }

  private static int failed(Exception e, CommandLine line, boolean verbose) {
    String sentence =
        e instanceof InputException
            ? e.getMessage()
            : "Internal error: " + e + " (run again with --verbose for the stack trace)";
    line.getErr().println(line.getColorScheme().errorText(sentence));
    if (verbose) {
      e.printStackTrace(line.getErr());
    }
    return FAILED;
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
