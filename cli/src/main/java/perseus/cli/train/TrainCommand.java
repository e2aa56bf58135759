package perseus.cli.train;

import perseus.cli.common.CommandRunner;
import picocli.CommandLine.Command;

/** The command {@code run.sh}: trains, and with {@code --export_timing_csv true} also profiles. */
@Command(
    name = "run.sh",
    description = {
      "Trains a model. With --export_timing_csv true it profiles training like perseus-profile. With --plan it trains"
          + " under saved plans.",
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
