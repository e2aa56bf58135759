package perseus.cli.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import perseus.cli.common.GroupedHelp;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Writes the manual page of a command from its flags and its help. The page is written in the
 * language troff, with the macros of man(7).
 */
public final class ManPage {
  /**
   * Pattern of a line such as "Examples:" at the end of the help. A line such as "Examples:" starts
   * a section of the manual page.
   */
  private static final Pattern SECTION =
      Pattern.compile("(Examples|Environment|Exit codes?):? ?(.*)");

  private final CommandSpec spec;
  private final StringBuilder text = new StringBuilder();

  private ManPage(CommandSpec spec) {
    this.spec = spec;
  }

  /** Returns the name of a command's page, such as {@code perseus-analyze-plan}. */
  public static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName("-");
  }

  /**
   * Returns the page of a command in section 1 of the manual.
   *
   * @param command the command, as {@link perseus.cli.common.CommandRunner#parser} returns it
   * @param version version of the program
   */
  public static String of(CommandLine command, String version) {
    return new ManPage(command.getCommandSpec()).page(name(command), version);
  }

  private String page(String name, String version) {
    List<String> description = description();
    macro("TH", quoted(name.toUpperCase(Locale.ROOT)), "1", "\"\"", quoted(version));
    macro("SH", "NAME");
    line(name + " - " + description.get(0).replaceFirst("[.:] .*|[.:]$", ""));
    macro("SH", "SYNOPSIS");
    synopsis();
    macro("SH", "DESCRIPTION");
    paragraphs(description);
    if (!spec.positionalParameters().isEmpty()) {
      macro("SH", "ARGUMENTS");
      spec.positionalParameters().forEach(this::argument);
    }
    macro("SH", "OPTIONS");
    for (Map.Entry<String, List<OptionSpec>> group : GroupedHelp.groups(spec).entrySet()) {
      if (!group.getKey().isEmpty()) {
        macro("SS", quoted(group.getKey()));
      }
      group.getValue().forEach(this::option);
    }
    if (!spec.subcommands().isEmpty()) {
      macro("SH", "COMMANDS");
      spec.subcommands().forEach(this::subcommand);
    }
    footer();
    return text.toString();
  }

  private List<String> description() {
    return nonBlank(List.of(spec.usageMessage().description()));
  }

  private static List<String> nonBlank(List<String> lines) {
    return lines.stream()
        .map(line -> line.replace("%n", "\n").replace("%%", "%"))
        .filter(line -> !line.isBlank())
        .toList();
  }

  private void synopsis() {
    String[] custom = spec.usageMessage().customSynopsis();
    List<String> lines =
        custom.length > 0
            ? List.of(custom)
            : List.of(new Help(spec, Help.defaultColorScheme(Help.Ansi.OFF)).synopsis(0).strip());
    macro("nf");
    lines.forEach(this::line);
    macro("fi");
  }

  private void paragraphs(List<String> lines) {
    for (int i = 0; i < lines.size(); i++) {
      if (i > 0) {
        macro("PP");
      }
      line(lines.get(i));
    }
  }

  private void argument(PositionalParamSpec argument) {
    item("\\fI" + escaped(argument.paramLabel()) + "\\fR", argument);
  }

  private void option(OptionSpec option) {
    List<String> names = new ArrayList<>();
    for (String name : option.names()) {
      names.add("\\fB" + escaped(name) + "\\fR");
    }
    String value = option.arity().max() == 0 ? "" : " \\fI" + escaped(option.paramLabel()) + "\\fR";
    item(String.join(", ", names) + value, option);
  }

  private void item(String term, ArgSpec argument) {
    macro("TP");
    text.append(term).append('\n');
    List<String> lines = nonBlank(List.of(argument.description()));
    for (int i = 0; i < lines.size(); i++) {
      if (i > 0) {
        macro("br");
      }
      line(lines.get(i));
    }
  }

  private void subcommand(String name, CommandLine command) {
    macro("TP");
    text.append("\\fB").append(escaped(name)).append("\\fR\n");
    String[] description = command.getCommandSpec().usageMessage().description();
    if (description.length > 0) {
      line(description[0]);
    }
  }

  /**
   * Writes the examples, the environment variables and the exit codes, each as a separate section.
   */
  private void footer() {
    boolean examples = false;
    for (String line : String.join("\n", GroupedHelp.footer(spec)).split("\n")) {
      Matcher section = SECTION.matcher(line);
      if (line.startsWith(" ") != examples) {
        macro(examples ? "fi" : "nf");
        examples = !examples;
      }
      if (line.isBlank()) {
        macro("PP");
      } else if (section.matches()) {
        macro("SH", quoted(section.group(1).toUpperCase(Locale.ROOT)));
        line(section.group(2));
      } else {
        line(line.strip());
      }
    }
  }

  private void macro(String... words) {
    text.append('.').append(String.join(" ", words)).append('\n');
  }

  private static String quoted(String words) {
    return '"' + escaped(words).replace("\"", "\\(dq") + '"';
  }

  /** Writes one or more lines of plain text. */
  private void line(String line) {
    for (String part : line.split("\n")) {
      if (!part.isBlank()) {
        // In the language troff, a line that starts with a dot or an apostrophe calls a macro.
        text.append(part.matches("[.'].*") ? "\\&" : "").append(escaped(part)).append('\n');
      }
    }
  }

  private static String escaped(String plain) {
    return plain.replace("\\", "\\e").replace("-", "\\-");
  }
}
