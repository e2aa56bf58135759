package perseus.cli;

import java.util.Map;
import perseus.cli.analyze.AnalyzeCommand;
import perseus.cli.common.CommandOutcome;
import perseus.cli.server.ServerCommand;
import perseus.cli.train.ProfileCommand;
import perseus.cli.train.TrainCommand;

/** Holds the exit code and the output of a command, like {@link CommandOutcome}. */
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

  /**
   * Runs the command {@code perseus-server} with arguments with which it does not start a server.
   */
  static Outcome server(Map<String, String> environment, Object... arguments) {
    return of(new ServerCommand(environment::get), arguments);
  }

  private static Outcome of(Object command, Object... arguments) {
    CommandOutcome outcome = CommandOutcome.of(command, arguments);
    return new Outcome(outcome.exitCode(), outcome.out(), outcome.err());
  }
}
