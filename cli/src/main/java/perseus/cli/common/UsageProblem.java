package perseus.cli.common;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import perseus.io.Spelling;
import picocli.CommandLine.MaxValuesExceededException;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.MutuallyExclusiveArgsException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with how a command was called, in a sentence. */
public final class UsageProblem {
  /** Letters that a suggestion may differ in from what was asked for. */
  private static final int NEAR = 2;

  private UsageProblem() {}

  /** The sentence, without a full stop. */
  static String sentence(ParameterException e, List<String> arguments) {
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    if (e instanceof UnmatchedArgumentException unmatched) {
      Optional<String> command = misspeltCommand(spec, arguments.get(0));
      if (command.isPresent()) {
        return command.get();
      }
      if (unmatched.isUnknownOption()) {
        // Of several the first, for the rest may be its values.
        return unknownOption(spec, unmatched.getUnmatched().get(0));
      }
    }
    if (e instanceof MissingParameterException) {
      // What is missing may be what the unknown option was meant to be.
      Optional<String> unknown = firstUnknown(spec, arguments);
      if (unknown.isPresent()) {
        return unknownOption(spec, unknown.get());
      }
    }
    if ((e instanceof MaxValuesExceededException || e instanceof MutuallyExclusiveArgsException)
        && !spec.argGroups().isEmpty()) {
      return "Give one of " + spec.argGroups().get(0).synopsis() + ", once";
    }
    String message = e.getMessage().replaceFirst("^Error: ", "").replaceFirst("\\.$", "");
    return e.getArgSpec() == null ? message : asInHelp(message, e.getArgSpec().type());
  }

  /** Values of an enum as help has them, in lower case. */
  private static String asInHelp(String message, Class<?> type) {
    if (!type.isEnum()) {
      return message;
    }
    String names =
        Arrays.stream(type.getEnumConstants())
            .map(constant -> ((Enum<?>) constant).name())
            .collect(Collectors.joining(", "));
    return message.replace("[" + names + "] (case-insensitive)", names.toLowerCase(Locale.ROOT));
  }

  /**
   * That a word is no command, and which it is like.
   *
   * @return empty if it names a file, or is like none
   */
  public static Optional<String> misspeltCommand(CommandSpec spec, String word) {
    Optional<String> meant =
        word.startsWith("-") || word.isBlank() || Files.exists(Path.of(word))
            ? Optional.empty()
            : nearest(word, spec.subcommands().keySet(), NEAR);
    return meant.map(name -> noCommand(word) + " (did you mean " + name + "?)");
  }

  /** That a word is no command, where a directory could stand as well. */
  public static String noCommand(String word) {
    return "'" + word + "' is neither a command nor a directory";
  }

  private static Optional<String> firstUnknown(CommandSpec spec, List<String> arguments) {
    Set<String> known = new HashSet<>();
    for (CommandSpec of = spec; of != null; of = of.parent()) {
      known.addAll(of.optionsMap().keySet());
    }
    for (String argument : arguments) {
      if (argument.equals("--")) {
        break;
      }
      if (argument.matches("--[^=]+(=.*)?|-[A-Za-z]")
          && !known.contains(argument.replaceFirst("=.*", ""))) {
        return Optional.of(argument);
      }
    }
    return Optional.empty();
  }

  private static String unknownOption(CommandSpec spec, String option) {
    String name = option.replaceFirst("=.*", "");
    return "Unknown option '%s'%s"
        .formatted(
            option,
            nearest(name, spec.optionsMap().keySet(), Math.max(NEAR, name.length() / 3))
                .map(meant -> " (did you mean " + meant + "?)")
                .orElse(""));
  }

  /** The name that begins with a word, else the one of the fewest other letters, at most some. */
  private static Optional<String> nearest(String word, Collection<String> names, int most) {
    String asked = word.replace('_', '-');
    Comparator<String> order =
        Comparator.comparing((String name) -> !name.replace('_', '-').startsWith(asked))
            .thenComparingInt(name -> Spelling.distance(asked, name.replace('_', '-')))
            .thenComparing(Comparator.naturalOrder());
    return names.stream()
        .filter(name -> name.startsWith("--") == word.startsWith("--"))
        .min(order)
        .filter(
            name ->
                name.replace('_', '-').startsWith(asked)
                    || Spelling.distance(asked, name.replace('_', '-')) <= most);
  }
}
