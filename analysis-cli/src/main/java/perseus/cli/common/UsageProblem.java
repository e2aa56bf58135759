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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import perseus.io.Named;
import perseus.io.Spelling;
import picocli.CommandLine.MaxValuesExceededException;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.MutuallyExclusiveArgsException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Explains in one sentence why a command cannot use its arguments. */
public final class UsageProblem {
  /**
   * Maximum edit distance between a wrong word of the user and the name that the error message
   * suggests. For the long name of a flag, the maximum edit distance is a third of the length of
   * this name.
   */
  private static final int MAX_DISTANCE = 2;

  private static final Pattern UNKNOWN_COMMAND = Pattern.compile("Unknown subcommand '(.*)'");

  private UsageProblem() {}

  /**
   * Returns one sentence that explains why a command cannot use its arguments. The sentence has no
   * full stop.
   *
   * @param arguments the arguments that the user gave to the command
   */
  static String sentence(ParameterException e, List<String> arguments) {
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    if (e instanceof UnmatchedArgumentException unmatched) {
      Optional<String> command = misspeltCommand(spec, arguments.get(0));
      if (command.isPresent()) {
        return command.get();
      }
      if (unmatched.isUnknownOption()) {
        // The error message names only the first unknown flag, because unknown words after a flag
        // may be its values.
        return unknownOption(spec, unmatched.getUnmatched().get(0));
      }
    }
    if (e instanceof MissingParameterException || e.getArgSpec() != null) {
      // A required flag can be missing because the user gave it with a spelling mistake. Picocli
      // reads the value of a misspelt flag as a positional argument, so all later positional
      // arguments are wrong.
      Optional<String> unknown = firstUnknown(spec, arguments);
      if (unknown.isPresent()) {
        return unknownOption(spec, unknown.get());
      }
    }
    if ((e instanceof MaxValuesExceededException || e instanceof MutuallyExclusiveArgsException)
        && !spec.argGroups().isEmpty()) {
      return "Give one of " + spec.argGroups().get(0).synopsis() + ", once";
    }
    return inPlainWords(e);
  }

  /** Returns picocli's error message in words that users without knowledge of Java understand. */
  private static String inPlainWords(ParameterException e) {
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    String message = e.getMessage().replaceFirst("^Error: ", "").replaceFirst("\\.$", "");
    if (e instanceof UnmatchedArgumentException unmatched) {
      return "Unexpected argument '%s'".formatted(unmatched.getUnmatched().get(0));
    }
    Matcher command = UNKNOWN_COMMAND.matcher(message);
    if (command.matches()) {
      return nearestCommand(spec.root(), command.group(1)).orElse(message);
    }
    ArgSpec argument = e.getArgSpec();
    if (argument == null) {
      return message;
    }
    if (argument.type().isEnum() && e.getValue() != null) {
      String name =
          argument.isOption() ? ((OptionSpec) argument).longestName() : argument.paramLabel();
      return Named.unknown("value for " + name, e.getValue(), candidates(argument))
          .getMessage()
          .replaceFirst("\\.$", "");
    }
    return message
        .replaceFirst("positional parameter at index \\S+ \\((.+?)\\):", "$1:")
        .replaceFirst("' is not an? (int|long)$", "' is not a whole number")
        .replaceFirst("' is not a boolean$", "' is neither true nor false");
  }

  private static List<String> candidates(ArgSpec argument) {
    return Arrays.stream(argument.type().getEnumConstants())
        .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
        .toList();
  }

  /**
   * Returns a sentence, without a full stop, that suggests a command to the user. The name of the
   * suggested command is similar to a word that the user gave.
   *
   * @return sentence that suggests a command; empty if the word names an existing file, or if no
   *     command has a similar name
   */
  public static Optional<String> misspeltCommand(CommandSpec spec, String word) {
    Optional<String> meant =
        word.startsWith("-") || word.isBlank() || Files.exists(Path.of(word))
            ? Optional.empty()
            : nearest(word, spec.subcommands().keySet(), MAX_DISTANCE);
    return meant.map(name -> noCommand(word) + " (did you mean " + name + "?)");
  }

  /**
   * Returns a sentence, without a full stop, that suggests a command with a similar name; empty if
   * there is none.
   */
  public static Optional<String> nearestCommand(CommandSpec spec, String word) {
    return nearest(word, spec.subcommands().keySet(), MAX_DISTANCE)
        .map(name -> "There is no command '" + word + "' (did you mean " + name + "?)");
  }

  /**
   * Returns a sentence, without a full stop, which says that a word is neither a command nor a
   * directory.
   */
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
    return "Unknown flag '%s'%s"
        .formatted(
            option,
            nearest(name, spec.optionsMap().keySet(), Math.max(MAX_DISTANCE, name.length() / 3))
                .map(meant -> " (did you mean " + meant + "?)")
                .orElse(""));
  }

  /**
   * Finds the name in {@code names} that the user probably meant with a word. The method prefers a
   * name that starts with the user's word. If no name starts with the user's word, the method
   * returns the name with the minimum edit distance to the word.
   */
  private static Optional<String> nearest(String word, Collection<String> names, int maxDistance) {
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
                    || Spelling.distance(asked, name.replace('_', '-')) <= maxDistance);
  }
}
