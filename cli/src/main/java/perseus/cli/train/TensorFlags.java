package perseus.cli.train;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import perseus.io.UserError;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Flags of training on tensors; the virtual engine has no use for them. */
final class TensorFlags {
  private static final List<String> UNUSED_ON_VIRTUAL_ENGINE =
      List.of(
          "--learning_rate",
          "--num_warmup_steps",
          "--seed",
          "--init_method_std",
          "--data",
          "--tokenizer",
          "--wall_clock_breakdown",
          "--sim_slowdown");

  @Option(
      names = "--learning_rate",
      paramLabel = "X",
      defaultValue = "0.0003",
      description = "Step size of the optimizer AdamW. Default: ${DEFAULT-VALUE}.")
  double learningRate;

  @Option(
      names = "--num_warmup_steps",
      paramLabel = "N",
      defaultValue = "0",
      description = "Iterations in which the learning rate rises. Default: ${DEFAULT-VALUE}.")
  int numWarmupSteps;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of parameters and data; see --sim_seed. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--init_method_std",
      paramLabel = "X",
      defaultValue = "0.02",
      description = "Standard deviation of initial weights. Default: ${DEFAULT-VALUE}.")
  double initMethodStd;

  @Option(
      names = "--data",
      paramLabel = "FILE|DIR",
      description =
          "Train on this text file, or on the images in the folders of this one. Default: made-up"
              + " data.")
  Path data;

  @Option(
      names = "--tokenizer",
      paramLabel = "FILE",
      description = "The text's tokenizer.json. Default: a token per byte.")
  Path tokenizer;

  @Option(
      names = "--wall_clock_breakdown",
      paramLabel = "true|false",
      arity = "1",
      defaultValue = "false",
      description =
          "Whether each rank prints what an iteration's time goes into. Default: ${DEFAULT-VALUE}.")
  boolean wallClockBreakdown;

  @Option(
      names = "--rendezvous_timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description =
          "How long to wait for other nodes and for ranks to start. Default: ${DEFAULT-VALUE}.")
  int rendezvousTimeout;

  @Option(
      names = "--sim_slowdown",
      paramLabel = "X",
      description =
          "How many times as long a simulated GPU takes as an idle core of this machine. Default: as many as"
              + " this machine needs to keep up, measured in the warm-up schedules.")
  private Double simSlowdown;

  @Option(
      names = "--dump_parameters",
      paramLabel = "DIR",
      hidden = true,
      description = "Write the parameters at the end of the run.")
  Path dumpParameters;

  /**
   * Checks values that no file is needed to judge.
   *
   * @throws UserError if one means nothing
   */
  void check() {
    requireFromZero("--learning_rate", learningRate);
    requireFromZero("--init_method_std", initMethodStd);
    if (simSlowdown != null && !(simSlowdown > 0)) {
      throw new UserError("--sim_slowdown is " + simSlowdown + ", but must be above 0.");
    }
    if (numWarmupSteps < 0) {
      throw new UserError("--num_warmup_steps cannot be negative.");
    }
    if (rendezvousTimeout < 1) {
      throw new UserError("--rendezvous_timeout is at least a second.");
    }
  }

  /** How many times as long a simulated GPU takes as an idle core; 0 to measure it. */
  double simSlowdown() {
    return simSlowdown == null ? 0 : simSlowdown;
  }

  /** Says which of these flags were given, where nothing is trained on tensors. */
  void noteUnused(CommandLine command) {
    String given =
        UNUSED_ON_VIRTUAL_ENGINE.stream()
            .filter(command.getParseResult()::hasMatchedOption)
            .collect(Collectors.joining(", "));
    if (!given.isEmpty()) {
      command
          .getErr()
          .println(
              "The virtual engine trains on no tensors and has no use for %s.".formatted(given));
    }
  }

  private static void requireFromZero(String flag, double value) {
    if (!(value >= 0)) {
      throw new UserError(flag + " is " + value + ", but must be 0 or more.");
    }
  }
}
