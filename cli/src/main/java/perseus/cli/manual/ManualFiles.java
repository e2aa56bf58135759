package perseus.cli.manual;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import perseus.cli.analyze.AnalyzeCommand;
import perseus.cli.common.CommandRunner;
import perseus.cli.run.RunCommand;
import perseus.cli.server.ServerCommand;
import perseus.cli.shell.CompletionScript;
import perseus.cli.shell.ManPage;
import perseus.cli.train.ProfileCommand;
import picocli.CommandLine;

/**
 * Writes a manual page for each command and subcommand, and a completion script for each command.
 * The files are written to the places below a folder {@code share} where {@code man} and bash
 * search for them.
 */
public final class ManualFiles {
  private static final String PAGES = "man/man1";
  private static final String SCRIPTS = "bash-completion/completions";

  private ManualFiles() {}

  /**
   * Writes all files.
   *
   * @param arguments the folder {@code share}, which is created
   * @throws IOException if a file cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    write(Path.of(arguments[0]));
  }

  /**
   * Writes all files.
   *
   * @param share the folder {@code share}, which is created
   * @throws IOException if a file cannot be written
   */
  static void write(Path share) throws IOException {
    Path pages = Files.createDirectories(share.resolve(PAGES));
    Path scripts = Files.createDirectories(share.resolve(SCRIPTS));
    for (Object command :
        List.of(
            new AnalyzeCommand(),
            new ProfileCommand(),
            new ServerCommand(),
            RunCommand.withoutCommand())) {
      CommandLine line = CommandRunner.parser(command);
      Files.writeString(scripts.resolve(line.getCommandName()), CompletionScript.of(command));
      String version = line.getCommandSpec().version()[0];
      writePage(line, version, pages);
      for (CommandLine subcommand : line.getSubcommands().values()) {
        if (!(subcommand.getCommand() instanceof CommandLine.HelpCommand)) {
          writePage(subcommand, version, pages);
        }
      }
    }
  }

  private static void writePage(CommandLine command, String version, Path pages)
      throws IOException {
    Files.writeString(pages.resolve(ManPage.name(command) + ".1"), ManPage.of(command, version));
  }
}
