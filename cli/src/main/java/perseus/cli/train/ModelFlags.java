package perseus.cli.train;

import perseus.cli.common.FlagGroup;
import perseus.cli.schedule.ScheduleNames;
import perseus.io.UserError;
import perseus.model.Model;
import perseus.model.ModelZoo;
import perseus.model.Partition;
import perseus.model.Workload;
import perseus.model.layer.Batch;
import perseus.pipeline.PipelineSchedule;
import perseus.pipeline.Schedules;
import picocli.CommandLine.Option;

/**
 * Reads the flags that define the stages of the model, the pipeline schedule and the number of
 * tokens in a sample.
 */
@FlagGroup("Model")
final class ModelFlags {
  @Option(
      names = "--partition_method",
      paramLabel = "METHOD",
      description =
          "How layers are assigned to stages: uniform_transformer (the default, except for Wide-ResNet), uniform,"
              + " uniform_floor, parameters (the default for Wide-ResNet), or custom:0,8,14,21,27 with the first layer"
              + " of each stage and the number of layers.")
  String partitionMethod;

  @Option(
      names = "--train_schedule",
      paramLabel = "NAME",
      defaultValue = "1f1b",
      completionCandidates = ScheduleNames.class,
      description =
          "The pipeline schedule: ${COMPLETION-CANDIDATES}. With interleaved:V, each rank has V stages; interleaved:V:N runs them in"
              + " groups of N microbatches. Default: ${DEFAULT-VALUE}.")
  String trainSchedule;

  @Option(
      names = "--seq_length",
      paramLabel = "N",
      description = "Tokens in a sample. Default: 1024 for GPT-3 and Bloom, 512 for BERT and T5.")
  Integer seqLength;

  @Option(
      names = "--activation_checkpointing",
      paramLabel = "true|false",
      arity = "1",
      defaultValue = "true",
      description =
          "Whether a backward recomputes the activations of its forward. Default: ${DEFAULT-VALUE}.")
  boolean activationCheckpointing;

  /**
   * Checks the values of the flags.
   *
   * @throws UserError if the value of a flag is not allowed
   */
  void check() {
    schedule();
    if (seqLength != null && seqLength < 1) {
      throw new UserError("--seq_length must be 1 or more, not %d.".formatted(seqLength));
    }
    if (partitionMethod != null) {
      FlagHint.with("--partition_method", () -> Partition.requireMethod(partitionMethod));
    }
  }

  /**
   * Returns the model with a name.
   *
   * @throws UserError if no model has this name
   */
  static Model model(String name) {
    return FlagHint.with("--list-models prints all", () -> ModelZoo.find(name));
  }

  /** Returns the pipeline schedule that {@code --train_schedule} names. */
  PipelineSchedule schedule() {
    return Schedules.of(trainSchedule);
  }

  /**
   * Returns the model, divided into the stages of a pipeline, and the shape of its microbatches.
   *
   * @throws UserError if the model cannot be divided as the flags require
   */
  Workload workload(Model model, int microbatchSize, ParallelFlags parallel) {
    String method = partitionMethod == null ? Partition.defaultMethod(model) : partitionMethod;
    int stages = Math.multiplyExact(parallel.degrees().pp(), schedule().virtualStages());
    Partition partition =
        FlagHint.with("--partition_method, --pp", () -> Partition.of(method, model, stages));
    int sequence = seqLength == null ? model.defaultSequenceLength() : seqLength;
    Batch batch = new Batch(microbatchSize, sequence, parallel.tp);
    return FlagHint.with("--seq_length, --tp", () -> new Workload(model, partition, batch));
  }
}
