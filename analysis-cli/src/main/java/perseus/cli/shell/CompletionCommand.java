package perseus.cli.shell;

import java.io.PrintWriter;
import java.util.Locale;
import perseus.cli.common.VerboseFlag;
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
  /** Lists the shells for which a completion script exists. */
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
    out.print(CompletionScript.of(spec.root().userObject()));
    out.flush();
  }
}
