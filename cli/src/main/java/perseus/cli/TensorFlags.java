package perseus.cli;

import picocli.CommandLine.Option;

/** Flags of the research release that only training on tensors, or with a server, makes use of. */
final class TensorFlags {
  private static final String NO_USE = " Accepted; the virtual engine has no use for it.";

  @Option(
      names = "--learning_rate",
      paramLabel = "X",
      description = "Step size of the optimizer." + NO_USE)
  Double learningRate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of parameters and data; see --sim_seed." + NO_USE)
  Long seed;

  @Option(
      names = "--init_method_std",
      paramLabel = "X",
      description = "Standard deviation of initial parameters." + NO_USE)
  Double initMethodStd;

  @Option(
      names = "--num_warmup_steps",
      paramLabel = "N",
      description = "Iterations in which the learning rate rises." + NO_USE)
  Integer numWarmupSteps;

  @Option(
      names = "--wall_clock_breakdown",
      paramLabel = "true|false",
      arity = "1",
      description = "Whether to log what an iteration's time goes into." + NO_USE)
  Boolean wallClockBreakdown;
}
