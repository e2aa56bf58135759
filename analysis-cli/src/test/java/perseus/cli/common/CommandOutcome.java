package perseus.cli.common;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/** Holds the exit code and the output of a command that ran in this process. */
public record CommandOutcome(int exitCode, String out, String err) {
  public static CommandOutcome of(Object command, Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        CommandRunner.run(
            command,
            new PrintWriter(out),
            new PrintWriter(err),
            Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new));
    return new CommandOutcome(exitCode, out.toString(), err.toString());
  }
}
