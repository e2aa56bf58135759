package perseus.cli.train;

import java.util.Optional;
import perseus.cli.common.UsageProblem;
import perseus.cli.models.ModelsCommand;
import perseus.io.UserError;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * Reads the three arguments of a training run without a flag: the model, the microbatch size and
 * the number of microbatches.
 */
final class JobSize {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      completionCandidates = ModelsCommand.Names.class,
      description = "Name of the model; see --list-models.")
  String modelName;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "MICROBATCH_SIZE",
      description = "Samples in a microbatch.")
  Integer microbatchSize;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "NUM_MICROBATCHES",
      description = "Microbatches per iteration in each pipeline.")
  Integer numMicrobatches;

  /**
   * Checks that the user has given the model, the microbatch size and the number of microbatches.
   *
   * @throws ParameterException if a value is missing; the message names a subcommand if the user
   *     has probably misspelt one
   */
  void requireAll(CommandSpec spec) {
    if (numMicrobatches == null) {
      Optional<String> misspelt =
          microbatchSize == null && modelName != null
              ? UsageProblem.nearestCommand(spec, modelName)
              : Optional.empty();
      throw new ParameterException(
          spec.commandLine(),
          misspelt.orElse(
              "Give a model, a microbatch size and a number of microbatches, such as gpt3-xl 8 128."));
    }
  }

  /**
   * Checks the microbatch size and the number of microbatches.
   *
   * @throws UserError if the microbatch size or the number of microbatches is below 1
   */
  void check() {
    requireOne("MICROBATCH_SIZE", microbatchSize);
    requireOne("NUM_MICROBATCHES", numMicrobatches);
  }

  private static void requireOne(String name, int value) {
    if (value < 1) {
      throw new UserError("%s must be 1 or more, not %d.".formatted(name, value));
    }
  }
}
