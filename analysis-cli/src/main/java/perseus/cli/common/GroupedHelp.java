package perseus.cli.common;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Prints the help of a command. The lines of the help fit the width of the terminal, and the flags
 * are printed in groups. A mixin (class with fields for flags) with the annotation {@link
 * FlagGroup} defines a group of flags. Flags that belong to no group come first, without a heading.
 */
public final class GroupedHelp {
  private GroupedHelp() {}

  private static final String MARGIN = "  ";

  private static final String SPELLING = "Flags can be written with hyphens or underscores.";

  private static final String EXIT_CODES =
      "Exit codes: 0 done, 1 failed (with one sentence on standard error), 2 wrong usage, 130 ended by Ctrl-C. ";

  /**
   * Changes the help of a command: flags are printed in groups, and the sentences that all commands
   * share follow at the end.
   */
  static void install(CommandLine line) {
    Map<String, IHelpSectionRenderer> sections = line.getHelpSectionMap();
    CommandSpec spec = line.getCommandSpec();
    spec.usageMessage()
        .abbreviateSynopsis(true)
        .synopsisHeading("Usage: ")
        .commandListHeading("%nCommands:%n");
    if (spec.userObject() instanceof CommandLine.HelpCommand) {
      spec.usageMessage().header(new String[0]).description("Prints the help of a command.", "");
    }
    sections.put(UsageMessageSpec.SECTION_KEY_SYNOPSIS, help -> synopsis(help, spec));
    sections.put(
        UsageMessageSpec.SECTION_KEY_DESCRIPTION, help -> wrap(description(spec), spec, 0));
    sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, help -> commands(help, spec));
    sections.put(UsageMessageSpec.SECTION_KEY_PARAMETER_LIST, help -> parameters(help, spec));
    sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, help -> options(help, spec));
    sections.put(UsageMessageSpec.SECTION_KEY_FOOTER, help -> wrap(footer(spec), spec, 0));
  }

  /** Returns the lines of a description, with picocli's format specifiers such as %n replaced. */
  private static List<String> description(CommandSpec spec) {
    return Stream.of(spec.usageMessage().description()).map(String::formatted).toList();
  }

  /** Breaks lines so that they fit the terminal if each line starts at the given column. */
  private static String wrap(List<String> lines, CommandSpec spec, int column) {
    return HelpLines.wrap(lines, spec.usageMessage().width() - column, column == 0 ? 0 : 2);
  }

  private static String commands(Help help, CommandSpec spec) {
    int column =
        MARGIN.length()
            + spec.subcommands().keySet().stream().mapToInt(String::length).max().orElse(0)
            + MARGIN.length();
    StringBuilder text = new StringBuilder();
    spec.subcommands()
        .forEach(
            (name, command) -> {
              text.append(MARGIN)
                  .append(help.colorScheme().commandText(name))
                  .append(" ".repeat(column - MARGIN.length() - name.length()))
                  .append(
                      wrap(description(command.getCommandSpec()).subList(0, 1), spec, column)
                          .indent(column)
                          .stripLeading());
            });
    return text.toString();
  }

  private static String synopsis(Help help, CommandSpec spec) {
    int margin = help.synopsisHeadingLength();
    List<String> lines = List.of(spec.usageMessage().customSynopsis());
    return lines.isEmpty()
        ? help.synopsis(margin).replace("[OPTIONS]", "[FLAGS]")
        : HelpLines.wrap(lines, spec.usageMessage().width() - margin, 4)
            .indent(margin)
            .stripLeading();
  }

  /** Returns the lines at the end of the help; a returned line may contain line separators. */
  public static List<String> footer(CommandSpec spec) {
    List<String> lines = new ArrayList<>(List.of(spec.usageMessage().footer()));
    boolean other = lines.stream().anyMatch(line -> line.startsWith("Exit code"));
    lines.add("");
    lines.add((other ? "" : EXIT_CODES) + SPELLING);
    return lines;
  }

  private static String options(Help help, CommandSpec spec) {
    StringBuilder text = new StringBuilder();
    groups(spec)
        .forEach(
            (heading, options) ->
                text.append(heading.isEmpty() ? "" : System.lineSeparator() + heading + ":")
                    .append(heading.isEmpty() ? "" : System.lineSeparator())
                    .append(list(help, options)));
    return text.toString();
  }

  /**
   * Returns the flags of each group, by the heading of the group. The flags without a heading come
   * first, under an empty heading.
   */
  public static Map<String, List<OptionSpec>> groups(CommandSpec spec) {
    Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
    List<OptionSpec> others = new ArrayList<>(spec.options());
    groups.put("", others);
    collect(spec, groups, others);
    return groups;
  }

  /**
   * Moves the flags of each group from the list {@code others} to the list of the group in {@code
   * groups}. If a group contains another group, the flags of the inner group are moved first.
   * Otherwise, the outer group would get the flags of the inner group.
   */
  private static void collect(
      CommandSpec spec, Map<String, List<OptionSpec>> groups, List<OptionSpec> others) {
    for (CommandSpec mixin : spec.mixins().values()) {
      FlagGroup group = mixin.userObject().getClass().getAnnotation(FlagGroup.class);
      if (group == null) {
        collect(mixin, groups, others);
        continue;
      }
      List<OptionSpec> own = new ArrayList<>();
      groups.put(group.value(), own);
      collect(mixin, groups, others);
      others.stream().filter(option -> contains(mixin, option)).forEach(own::add);
      others.removeAll(own);
    }
  }

  private static boolean contains(CommandSpec mixin, OptionSpec option) {
    return mixin.options().stream().anyMatch(own -> own.longestName().equals(option.longestName()));
  }

  private static String parameters(Help help, CommandSpec spec) {
    Help.Layout layout = new HelpLayout(help);
    layout.addPositionalParameters(spec.positionalParameters(), help.parameterLabelRenderer());
    return layout.toString();
  }

  private static String list(Help help, List<OptionSpec> options) {
    Help.Layout layout = new HelpLayout(help);
    layout.addOptions(options, help.parameterLabelRenderer());
    return layout.toString();
  }
}
