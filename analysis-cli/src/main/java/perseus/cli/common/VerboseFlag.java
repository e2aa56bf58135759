package perseus.cli.common;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Holds the flags that every command has: {@code --verbose}, {@code --help} and {@code --version}.
 */
@Command(versionProvider = Version.class)
public final class VerboseFlag {
  @Option(names = "--verbose", description = "Show a stack trace when something fails.")
  public boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;

  @Option(names = "--version", versionHelp = true, description = "Show the version and exit.")
  boolean version;
}
