package perseus.cli.train;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import perseus.cli.common.FlagGroup;
import perseus.io.UserError;
import perseus.job.JobSpec;
import perseus.rank.ZooTensors;
import perseus.tensor.autograd.Precision;
import perseus.transport.TransportChoice;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Reads the flags for training on real tensors. The virtual engine simulates all ranks without
 * tensors. The virtual engine ignores most flags of this class.
 */
@FlagGroup("Training")
final class TensorFlags {
  private static final List<String> UNUSED_ON_VIRTUAL_ENGINE =
      List.of(
          "--learning_rate",
          "--num_warmup_steps",
          "--seed",
          "--init_method_std",
          "--precision",
          "--initial_loss_scale",
          "--loss_scale_window",
          "--data",
          "--tokenizer",
          "--transport",
          "--overlap_grad_reduce",
          "--device",
          "--clock_control",
          "--allow_shared_gpus",
          "--wall_clock_breakdown",
          "--sim_slowdown");

  // The default loss scale and the default number of steps without overflow are those of PyTorch's
  // GradScaler.
  private static final double DEFAULT_LOSS_SCALE = 65536;
  private static final int DEFAULT_LOSS_SCALE_WINDOW = 2000;

  @Option(
      names = "--learning_rate",
      paramLabel = "X",
      defaultValue = "0.0003",
      description = "Learning rate of the optimizer AdamW. Default: ${DEFAULT-VALUE}.")
  double learningRate;

  @Option(
      names = "--num_warmup_steps",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Iterations in which the learning rate increases linearly. Default: ${DEFAULT-VALUE}.")
  int numWarmupSteps;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Seed of the parameters and the data; --sim_seed is the seed of the simulation. Default:"
              + " ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--init_method_std",
      paramLabel = "X",
      defaultValue = "0.02",
      description = "Standard deviation of initial weights. Default: ${DEFAULT-VALUE}.")
  double initMethodStd;

  @Option(
      names = "--precision",
      paramLabel = "auto|fp32|tf32|bf16|fp16",
      defaultValue = Precision.AUTO,
      description =
          "Type of matrix products and activations; parameters and the optimizer are always float32. fp16 is slow on CPUs."
              + " Default: tf32 on GPUs, fp32 on CPUs.")
  String precision;

  @Option(
      names = "--initial_loss_scale",
      paramLabel = "X",
      description =
          "With --precision fp16: factor of the loss in the first step. A resumed run continues with the scale of its"
              + " checkpoint. Default: 65536.")
  private Double initialLossScale;

  @Option(
      names = "--loss_scale_window",
      paramLabel = "N",
      description =
          "With --precision fp16: the loss scale doubles after N steps in succession without overflow. Default: 2000.")
  private Integer lossScaleWindow;

  @Option(
      names = "--data",
      paramLabel = "FILE|DIR",
      description =
          "Train on this text file, or for Wide-ResNet on the images in this folder, which contains a folder per class."
              + " Default: random data.")
  Path data;

  @Option(
      names = "--tokenizer",
      paramLabel = "FILE",
      description = "Hugging Face tokenizer.json for the text. Default: one token per byte.")
  Path tokenizer;

  @Mixin CheckpointFlags checkpoints;

  /** Lists the ways to exchange tensors, for the help text of the command. */
  static final class Transports implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return TransportChoice.names().iterator();
    }
  }

  @Option(
      names = "--transport",
      paramLabel = "NAME",
      defaultValue = "auto",
      completionCandidates = Transports.class,
      description =
          "How ranks exchange tensors: ${COMPLETION-CANDIDATES}. nccl works between GPUs, tcp through the hosts' memory. Default: auto,"
              + " which is NCCL if every rank has its own GPU and can load NCCL, else TCP.")
  String transport;

  @Option(
      names = "--overlap_grad_reduce",
      paramLabel = "true|false",
      arity = "1",
      defaultValue = "true",
      description =
          "Whether NCCL sums the gradients of several pipelines (--dp) while the last backwards still run. Default:"
              + " ${DEFAULT-VALUE}.")
  boolean overlapGradReduce;

  @Option(
      names = "--wall_clock_breakdown",
      paramLabel = "true|false",
      arity = "1",
      defaultValue = "false",
      description =
          "Whether each rank prints how the time of an iteration is spent. Default: ${DEFAULT-VALUE}.")
  boolean wallClockBreakdown;

  @Option(
      names = "--rendezvous_timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description =
          "Maximum time to wait for other nodes and for ranks to start. Default: ${DEFAULT-VALUE}.")
  int rendezvousTimeout;

  @Option(
      names = "--sim_slowdown",
      paramLabel = "X",
      description =
          "Factor by which an instruction on a simulated GPU takes longer than on an idle core of this machine. Default:"
              + " the smallest factor that this machine can keep up with, measured in the warm-up schedules.")
  private Double simSlowdown;

  @Option(
      names = "--dump_parameters",
      paramLabel = "DIR",
      hidden = true,
      description = "Write the parameters at the end of the run.")
  Path dumpParameters;

  @Option(
      names = "--rank_tensors",
      paramLabel = "CLASS",
      hidden = true,
      description = "Class that creates the tensors of a rank; tests measure its computations.")
  String rankTensors = ZooTensors.Zoo.class.getName();

  /**
   * Checks the values of all flags of this class whose values can be checked without reading a
   * file.
   *
   * @param virtual whether the virtual engine simulates the job
   * @throws UserError if the value of a flag is not allowed
   */
  void check(boolean virtual) {
    checkpoints.check(virtual);
    requireFromZero("--learning_rate", learningRate);
    requireFromZero("--init_method_std", initMethodStd);
    Precision.require(precision);
    checkLossScaling();
    TransportChoice.named(transport);
    if (simSlowdown != null && !(simSlowdown > 0)) {
      throw new UserError("--sim_slowdown is " + simSlowdown + ", but must be above 0.");
    }
    if (numWarmupSteps < 0) {
      throw new UserError(
          "--num_warmup_steps must be 0 or more, not %d.".formatted(numWarmupSteps));
    }
    if (rendezvousTimeout < 1) {
      throw new UserError(
          "--rendezvous_timeout must be 1 second or more, not %d.".formatted(rendezvousTimeout));
    }
  }

  private void checkLossScaling() {
    boolean given = initialLossScale != null || lossScaleWindow != null;
    if (given && !Precision.scalesLoss(precision)) {
      throw new UserError(
          "--initial_loss_scale and --loss_scale_window need --precision fp16, because only fp16 scales the loss.");
    }
    if (initialLossScale != null
        && !(initialLossScale >= 1 && initialLossScale <= Float.MAX_VALUE)) {
      throw new UserError(
          "--initial_loss_scale is %s, but must be from 1 to 3.4e38.".formatted(initialLossScale));
    }
    if (lossScaleWindow != null && lossScaleWindow < 1) {
      throw new UserError(
          "--loss_scale_window is %d, but must be 1 or more.".formatted(lossScaleWindow));
    }
  }

  /**
   * Returns the settings of loss scaling; null if the number format of the tensors needs no loss
   * scaling.
   */
  JobSpec.LossScaling lossScaling() {
    return Precision.scalesLoss(precision)
        ? new JobSpec.LossScaling(
            initialLossScale == null ? DEFAULT_LOSS_SCALE : initialLossScale,
            lossScaleWindow == null ? DEFAULT_LOSS_SCALE_WINDOW : lossScaleWindow)
        : null;
  }

  /**
   * Returns the factor by which an instruction on a simulated GPU takes longer than on an idle core
   * of this machine. The method returns 0 if the training run itself must measure the slowdown
   * factor.
   */
  double simSlowdown() {
    return simSlowdown == null ? 0 : simSlowdown;
  }

  /** Prints the names of all flags that the user gave although the virtual engine ignores them. */
  void noteUnused(CommandLine command) {
    String given =
        UNUSED_ON_VIRTUAL_ENGINE.stream()
            .filter(command.getParseResult()::hasMatchedOption)
            .collect(Collectors.joining(", "));
    if (!given.isEmpty()) {
      command
          .getErr()
          .println("The virtual engine does not train on tensors and ignores %s.".formatted(given));
    }
  }

  private static void requireFromZero(String flag, double value) {
    if (!(value >= 0)) {
      throw new UserError(flag + " is " + value + ", but must be 0 or more.");
    }
  }
}
