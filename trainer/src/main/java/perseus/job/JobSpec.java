package perseus.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.model.layer.Batch;
import perseus.parallel.Degrees;

/**
 * Holds the settings of a job that are the same for all ranks: model, parallelism, optimizer and
 * GPU. The user must start every node of a job with the same settings.
 *
 * @param device the GPU of each rank
 * @param checkpoints settings that define which checkpoints the job saves, and whether it resumes
 *     from one
 * @param exportTimingCsv whether to write instruction logs and energy logs
 * @param seed seed of the random initial parameters and of the training data
 */
public record JobSpec(
    Model model,
    Parallelism parallelism,
    Optimizer optimizer,
    DeviceSpec device,
    Checkpoints checkpoints,
    boolean exportTimingCsv,
    long seed) {
  /** The names of the JSON properties are in snake case, like the names of command-line flags. */
  private static final ObjectMapper FLAGS =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /**
   * Holds the model's name and settings, and its partition into pipeline stages.
   *
   * @param name the model's name in the model zoo
   * @param partition division of the model into stages. The partition lists the index of the first
   *     layer of each stage, and then the total number of layers.
   * @param seqLength number of tokens in a sample
   * @param activationCheckpointing whether each backward first repeats the forward of its
   *     microbatch to recompute the activations
   * @param initMethodStd standard deviation of the random initial weights of the model
   * @param precision number format of the matrix products and activations, such as {@code bf16};
   *     {@code auto} for the default of the device
   */
  public record Model(
      @JsonProperty("model") String name,
      List<Integer> partition,
      int seqLength,
      boolean activationCheckpointing,
      double initMethodStd,
      String precision) {}

  /**
   * Holds the settings that distribute the work of an iteration over the ranks.
   *
   * @param trainSchedule name of the pipeline schedule (the order of forwards and backwards on each
   *     rank)
   * @param microbatchSize number of samples in a microbatch
   * @param numMicrobatches number of microbatches that one pipeline processes in an iteration
   * @param transport name of the {@link perseus.transport.TransportChoice}, which determines how
   *     ranks exchange tensors
   * @param overlapGradReduce whether the sums of gradients over the pipelines start during the last
   *     backwards. The flag has no effect if the transport cannot sum while a rank computes.
   */
  public record Parallelism(
      Degrees degrees,
      String trainSchedule,
      int microbatchSize,
      int numMicrobatches,
      String transport,
      boolean overlapGradReduce) {}

  /**
   * Holds the settings of the optimizer AdamW.
   *
   * @param learningRate the constant learning rate after the first {@code numWarmupSteps}
   *     iterations
   * @param numWarmupSteps number of iterations at the start of training during which the learning
   *     rate rises to {@code learningRate}
   * @param lossScaling settings of loss scaling; null if the loss is not scaled
   */
  public record Optimizer(double learningRate, int numWarmupSteps, LossScaling lossScaling) {}

  /**
   * Holds the settings of loss scaling, which the number format {@code fp16} needs.
   *
   * @param initialLossScale loss scale of the first step, at least 1
   * @param lossScaleWindow number of consecutive steps without overflow after which the loss scale
   *     grows, at least 1
   */
  public record LossScaling(double initialLossScale, int lossScaleWindow) {}

  /**
   * Holds the settings of the GPU that each rank has, real or simulated.
   *
   * @param gpu name of the simulated GPU, or of the provider of real GPUs, such as {@code nvml}
   * @param device device on which tensors are computed: {@code cpu}, {@code cuda}, or {@code auto}.
   *     With {@code auto}, tensors are computed on CUDA if PyTorch finds a GPU, and on the CPU
   *     otherwise.
   * @param clockControl value of the flag {@code --clock_control}, the way to set clocks of real
   *     GPUs; null for simulated GPUs
   * @param powerLimits whether schedules contain power limits in watts instead of clocks
   * @param simSeed seed of the random noise of the simulated energy counters
   * @param paced whether a host waits, after each instruction, until its simulated GPU has also
   *     finished the instruction
   * @param simSlowdown time of an instruction on the simulated GPU at the highest clock, divided by
   *     the time that a host without other work needs to compute it. If {@code simSlowdown} is 0,
   *     the job measures how large the value must be, so that the hosts are fast enough.
   */
  public record DeviceSpec(
      String gpu,
      String device,
      String clockControl,
      boolean powerLimits,
      long simSeed,
      boolean paced,
      double simSlowdown) {}

  /**
   * Holds the settings of checkpoints.
   *
   * @param save whether the job saves checkpoints
   * @param saveEvery number of training steps between two checkpoints; 0 to save only at the end of
   *     the run
   * @param saveKeep number of the newest checkpoints that are kept in the directory
   * @param resume whether training continues from a checkpoint
   * @param resumeChanges names of the settings that may differ from the checkpoint, because the
   *     user has given their flags; see {@link perseus.checkpoint.ResumeSettings}
   */
  public record Checkpoints(
      boolean save, int saveEvery, int saveKeep, boolean resume, List<String> resumeChanges) {
    /** Settings of a job that neither saves checkpoints nor resumes from one. */
    public static final Checkpoints NONE = new Checkpoints(false, 0, 1, false, List.of());
  }

  /** Returns the shape of a microbatch and the tensor-parallel degree. */
  public Batch batch() {
    return new Batch(parallelism.microbatchSize, model.seqLength, parallelism.degrees.tp());
  }

  /**
   * Returns all settings of the job as texts. In the returned map, the key of a setting is the name
   * of its command-line flag.
   */
  public Map<String, String> byFlag() {
    Map<String, String> texts = new LinkedHashMap<>();
    flatten(FLAGS.convertValue(this, new TypeReference<LinkedHashMap<String, Object>>() {}), texts);
    return texts;
  }

  private static void flatten(Map<?, ?> values, Map<String, String> texts) {
    values.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> group) {
            flatten(group, texts);
          } else {
            texts.put(String.valueOf(name), String.valueOf(value));
          }
        });
  }
}
