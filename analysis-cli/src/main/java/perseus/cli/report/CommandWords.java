package perseus.cli.report;

import java.util.ArrayList;
import java.util.List;
import perseus.io.ShellWord;
import picocli.CommandLine.Model.CommandSpec;

/** Writes the running command as words for a shell, so that users can repeat it. */
public final class CommandWords {
  private CommandWords() {}

  /**
   * Returns the whole command line of this process, even if {@code spec} specifies only a
   * subcommand.
   */
  public static String of(CommandSpec spec) {
    CommandSpec root = spec.root();
    List<String> words = new ArrayList<>(List.of(root.name()));
    words.addAll(root.commandLine().getParseResult().originalArgs());
    return ShellWord.join(words);
  }
}
