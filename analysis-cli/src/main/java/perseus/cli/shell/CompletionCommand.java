package perseus.cli.shell;

import java.io.PrintWriter;
import java.util.Locale;
import perseus.cli.common.VerboseFlag;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the script with which a shell completes the arguments of a command. */
@Command(
    name = "completion",
    description = {
      "Prints the script that completes the arguments of this command in a shell. Switch it on with"
          + " eval \"$(${ROOT-COMMAND-NAME} completion bash)\".",
      ""
    },
    sortOptions = false)
public final class CompletionCommand implements Runnable {
  /** The shells for which there is a script. */
  public enum Shell {
    BASH,
    ZSH;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
  Shell shell;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(script(spec.root().commandLine()));
    out.flush();
  }

  /**
   * Returns the script for a command. The same script works in bash and in zsh, which understands
   * completion scripts of bash.
   *
   * @param command the command with all its subcommands
   */
  public static String script(CommandLine command) {
    String name = command.getCommandName();
    return AutoComplete.bash(name, command)
        .replaceFirst(
            "(?s)\\A(#[^\n]*\n)+",
            "# Completes the arguments of %s in bash and zsh. Made by picocli.\n".formatted(name));
  }
}
