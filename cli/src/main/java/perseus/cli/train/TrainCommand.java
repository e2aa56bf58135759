package perseus.cli.train;

import perseus.cli.common.CommandRunner;
import picocli.CommandLine.Command;

/** {@code run.sh}: training; with {@code --export_timing_csv true} in profiling mode. */
@Command(
    name = "run.sh",
    description = {
      "Trains. With --export_timing_csv true it profiles as perseus-profile does, with --plan it runs under saved plans.",
      ""
    },
    sortOptions = false)
public final class TrainCommand extends ProfileCommand {
  /** Runs the command and exits. */
  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new TrainCommand(), arguments));
  }

  @Override
  boolean profilesByDefault() {
    return false;
  }
}
