package perseus.cli.shell;

import java.util.List;
import java.util.regex.Pattern;
import perseus.cli.common.CommandRunner;
import perseus.io.Resources;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Makes the script with which bash and zsh complete the arguments of a command.
 *
 * <p>Picocli makes the script, and this class corrects three faults of picocli's script:
 *
 * <ul>
 *   <li>If the values of two flags have the same label, such as NAME, picocli's script offers the
 *       values of the last flag for both.
 *   <li>Picocli's script executes commands that are contained in the names of files.
 *   <li>Picocli's script does not complete the value after {@code --flag=}.
 * </ul>
 */
public final class CompletionScript {
  /**
   * Part of picocli's script. The variable {@code positionals} contains names of files, and bash
   * would execute a command in a file's name.
   */
  private static final String EXPANDED_FILES =
      "${commands// /$'\\n'}${IFS}${positionals}\" -- \"${curr_word}\") )";

  private static final String FILES =
      "${commands// /$'\\n'}\" -- \"${curr_word}\") ${positionals} )";

  /** Pattern of a label that lists all values of a flag, such as {@code cpu|cuda}. */
  private static final Pattern CHOICE = Pattern.compile("[a-z0-9-]+(\\|[a-z0-9-]+)+");

  private CompletionScript() {}

  /** Returns the script for a command with its subcommands. */
  public static String of(Object command) {
    CommandLine line = CommandRunner.parser(command);
    giveLabels(line);
    String name = line.getCommandName();
    return AutoComplete.bash(name, line)
            .replaceFirst(
                "(?s)\\A(#[^\n]*\n)+",
                "# Completes the arguments of %s in bash and zsh. Made by picocli.\n"
                    .formatted(name))
            .replace(EXPANDED_FILES, FILES)
        + Resources.text(CompletionScript.class, "words.sh").replace("NAME", name);
  }

  /** If a flag has a list of values, replaces the label of its values by the name of the flag. */
  private static void giveLabels(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    for (OptionSpec option : List.copyOf(spec.options())) {
      Iterable<String> values = values(option);
      if (values != null) {
        spec.remove(option);
        spec.addOption(
            OptionSpec.builder(option.names())
                .paramLabel(option.longestName())
                .arity("1")
                .type(String.class)
                .completionCandidates(values)
                .build());
      }
    }
    line.getSubcommands().values().forEach(CompletionScript::giveLabels);
  }

  /** Returns all values that a flag accepts, or null if they cannot be listed. */
  private static Iterable<String> values(OptionSpec option) {
    if (option.completionCandidates() != null) {
      return option.completionCandidates();
    }
    return CHOICE.matcher(option.paramLabel()).matches()
        ? List.of(option.paramLabel().split("\\|"))
        : null;
  }
}
