package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import perseus.cli.analyze.AnalyzeCommand;
import perseus.cli.common.CommandRunner;
import perseus.cli.run.RunCommand;
import perseus.cli.server.ServerCommand;
import perseus.cli.train.ProfileCommand;
import perseus.cli.train.TrainCommand;
import perseus.recording.run.SupportedFrequencies;
import picocli.CommandLine;

/**
 * Tests the documents: the targets of links exist, and commands, flags and clocks agree with the
 * program.
 */
class DocumentsTest {
  private static final Path ROOT = Path.of(System.getProperty("perseus.root")).normalize();
  private static final Path DOCS = ROOT.resolve("docs");
  private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```");
  private static final Pattern INLINE_CODE = Pattern.compile("`[^`\n]*`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.*)$");
  private static final Pattern EXAMPLE =
      Pattern.compile("bin/(perseus-[a-z]+)((?: [^`\n|;&>#]*)?)|bash run\\.sh( [^`\n|;&>#]*)");
  private static final Pattern FLAG = Pattern.compile("(?<= )--[a-zA-Z][\\w-]*");

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    for (String folder : List.of("", "docs", "notebooks", "sample-profiles", "recorders")) {
      int depth = folder.isEmpty() || folder.equals("docs") ? 1 : 4;
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder), depth)) {
        files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
      }
    }
    assertThat(documents).hasSizeGreaterThan(20);
    return documents;
  }

  private static String withoutCode(Path document) throws IOException {
    String text = FENCE.matcher(Files.readString(document)).replaceAll("");
    return INLINE_CODE.matcher(text).replaceAll("");
  }

  /** Returns the anchors that GitHub makes from the headings of a document. */
  private static Set<String> anchors(Path document) throws IOException {
    String text = FENCE.matcher(Files.readString(document)).replaceAll("");
    Map<String, Integer> seen = new HashMap<>();
    Set<String> anchors = new HashSet<>();
    for (MatchResult heading : HEADING.matcher(text).results().toList()) {
      String slug =
          LINK.matcher(heading.group(1))
              .replaceAll("")
              .toLowerCase(Locale.ROOT)
              .replaceAll("[^\\p{L}\\p{N} _-]", "")
              .replace(' ', '-');
      int number = seen.merge(slug, 1, Integer::sum) - 1;
      anchors.add(number == 0 ? slug : slug + "-" + number);
    }
    return anchors;
  }

  @Test
  void everyLinkAndEveryAnchorLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path document : documents()) {
      for (MatchResult link : LINK.matcher(withoutCode(document)).results().toList()) {
        String target = link.group(1);
        if (target.matches("[a-z]+:.*")) {
          continue;
        }
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
        boolean leads =
            Files.exists(file) && (parts.length == 1 || anchors(file).contains(parts[1]));
        if (!leads) {
          broken.add(ROOT.relativize(document) + ": " + target);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void tableOfContentsHasEveryDocument() throws IOException {
    String index = Files.readString(DOCS.resolve("index.md"));
    try (Stream<Path> files = Files.list(DOCS)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.endsWith(".md") && !name.equals("index.md"))
          .allSatisfy(name -> assertThat(index).contains("(" + name + ")"));
    }
  }

  /**
   * Returns all commands. The key of a command is its full name, such as "perseus-analyze plan".
   */
  private static Map<String, CommandLine> commands() {
    Map<String, CommandLine> commands = new LinkedHashMap<>();
    for (Object command :
        List.of(
            new AnalyzeCommand(),
            new ProfileCommand(),
            RunCommand.withoutCommand(),
            new ServerCommand(),
            new TrainCommand())) {
      CommandLine line = CommandRunner.parser(command).setUsageHelpWidth(100);
      commands.put(line.getCommandName(), line);
      line.getSubcommands()
          .forEach((name, sub) -> commands.put(line.getCommandName() + " " + name, sub));
    }
    return commands;
  }

  private static List<String> synopsis(CommandLine command) {
    return command
        .getUsageMessage()
        .lines()
        .takeWhile(line -> line.matches("(Usage: | {7})\\S.*"))
        .map(line -> line.substring("Usage: ".length()))
        .toList();
  }

  @Test
  void everyCommandHasASectionWithTheSynopsisOfItsHelp() throws IOException {
    String text = Files.readString(DOCS.resolve("commands.md"));
    commands()
        .forEach(
            (name, command) -> {
              boolean isShared = name.matches(".* (help|completion)|run[.]sh .*");
              if (isShared && !name.equals("perseus-analyze completion")) {
                return;
              }
              assertThat(synopsis(command)).as(name).isNotEmpty();
              assertThat(text)
                  .contains(
                      "\n## %s\n```\n%s\n```\n"
                          .formatted(name, String.join("\n", synopsis(command))));
            });
  }

  private static Set<String> flags(CommandLine command) {
    Set<String> flags = new HashSet<>();
    command
        .getCommandSpec()
        .optionsMap()
        .keySet()
        .forEach(flag -> flags.add(flag.replace('_', '-')));
    return flags;
  }

  @Test
  void flagsInExamplesExist() throws IOException {
    Map<String, CommandLine> commands = commands();
    List<String> unknown = new ArrayList<>();
    int examples = 0;
    for (Path document : documents()) {
      String text = Files.readString(document).replace("\\\n", " ");
      for (MatchResult example : EXAMPLE.matcher(text).results().toList()) {
        String name = example.group(1) == null ? "run.sh" : example.group(1);
        String arguments = example.group(1) == null ? example.group(3) : example.group(2);
        String first = arguments.strip().split(" ")[0];
        CommandLine command = commands.getOrDefault(name + " " + first, commands.get(name));
        if (command == null) {
          continue;
        }
        examples++;
        Set<String> known = flags(command);
        for (MatchResult flag : FLAG.matcher(arguments.split(" -- ")[0]).results().toList()) {
          if (!known.contains(flag.group().replace('_', '-'))) {
            unknown.add(ROOT.relativize(document) + ": " + name + " " + flag.group());
          }
        }
      }
    }
    assertThat(unknown).isEmpty();
    assertThat(examples).isGreaterThan(60);
  }

  @Test
  void tableOfKnownGpusHasTheClocksOfTheProgram() throws IOException {
    List<String> rows = Files.readAllLines(DOCS.resolve("gpus.md"));
    for (String gpu : SupportedFrequencies.names()) {
      List<Integer> clocks = SupportedFrequencies.parse(gpu);
      int lowest = clocks.get(clocks.size() - 1);
      assertThat(rows)
          .filteredOn(row -> row.contains("| `" + gpu + "` |"))
          .isNotEmpty()
          .allMatch(
              row ->
                  row.contains("| %d to %d by ".formatted(clocks.get(0), lowest))
                      && row.contains(" (%d) ".formatted(clocks.size())));
    }
  }

  @Test
  void readmeIsShort() throws IOException {
    assertThat(Files.readAllLines(ROOT.resolve("README.md"))).hasSizeLessThanOrEqualTo(150);
  }
}
