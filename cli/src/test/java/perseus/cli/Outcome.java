package perseus.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Map;
import perseus.cli.analyze.AnalyzeCommand;
import perseus.cli.common.CommandRunner;
import perseus.cli.server.ServerCommand;
import perseus.cli.train.ProfileCommand;
import perseus.cli.train.TrainCommand;

/** What a command that ran in this process left: its exit code and what it printed. */
record Outcome(int exitCode, String out, String err) {
  static Outcome profile(Object... arguments) {
    return of(new ProfileCommand(), arguments);
  }

  static Outcome analyze(Object... arguments) {
    return of(new AnalyzeCommand(), arguments);
  }

  static Outcome train(Object... arguments) {
    return of(new TrainCommand(), arguments);
  }

  /** A server that is not to start. */
  static Outcome server(Map<String, String> environment, Object... arguments) {
    return of(new ServerCommand(environment::get), arguments);
  }

  private static Outcome of(Object command, Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        CommandRunner.run(
            command,
            new PrintWriter(out),
            new PrintWriter(err),
            Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new));
    return new Outcome(exitCode, out.toString(), err.toString());
  }
}
