package perseus.cli.train;

import perseus.cli.common.CommandRunner;
import picocli.CommandLine.Command;

/**
 * Runs the command {@code run.sh}, which trains a model. If the flag {@code --export_timing_csv
 * true} is given, {@code run.sh} also records the training for a stage profile.
 */
@Command(
    name = "run.sh",
    customSynopsis = "run.sh MODEL MICROBATCH_SIZE NUM_MICROBATCHES [FLAGS]",
    description = {
      "Trains a model. With --export_timing_csv true it profiles training like perseus-profile. With --plan it trains"
          + " under saved plans.",
      ""
    },
    sortOptions = false,
    footer = {ProfileHelp.TRAIN_EXAMPLES, ProfileHelp.ENVIRONMENT})
public final class TrainCommand extends ProfileCommand {
  /** Runs the command {@code run.sh} and ends the process with the exit code of the command. */
  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new TrainCommand(), arguments));
  }

  @Override
  boolean profilesByDefault() {
    return false;
  }
}
