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
 * simulated GPU. The user must start every node with the same values.
 *
 * @param device the simulated GPU of each rank
 * @param exportTimingCsv whether to write instruction logs and energy logs
 * @param seed seed of the random initial parameters and of the training data
 */
public record JobSpec(
    Model model,
    Parallelism parallelism,
    Optimizer optimizer,
    DeviceSpec device,
    boolean exportTimingCsv,
    long seed) {
  /** Converts settings to JSON with property names in snake case, as in the names of the flags. */
  private static final ObjectMapper FLAGS =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /**
   * Holds the model's name and settings, and its partition into pipeline stages.
   *
   * @param name the model's name in the model zoo
   * @param partition the index of the first layer of each stage, followed by the number of layers
   *     of the model
   * @param seqLength number of tokens in a sample
   * @param activationCheckpointing whether a backward first recomputes the activations of its
   *     forward
   * @param initMethodStd standard deviation of the initial weights
   */
  public record Model(
      @JsonProperty("model") String name,
      List<Integer> partition,
      int seqLength,
      boolean activationCheckpointing,
      double initMethodStd) {}

  /**
   * Holds the settings that distribute the work of an iteration over the ranks.
   *
   * @param trainSchedule name of the pipeline schedule
   * @param microbatchSize number of samples in a microbatch
   * @param numMicrobatches number of microbatches that one pipeline processes in an iteration
   */
  public record Parallelism(
      Degrees degrees, String trainSchedule, int microbatchSize, int numMicrobatches) {}

  /**
   * Holds the settings of the optimizer AdamW.
   *
   * @param learningRate the learning rate after the warm-up of the learning rate
   * @param numWarmupSteps number of first iterations in which the learning rate rises
   */
  public record Optimizer(double learningRate, int numWarmupSteps) {}

  /**
   * Holds the name and the speed of the simulated GPU that each rank has.
   *
   * @param gpu name of the simulated GPU
   * @param simSeed seed of the random noise of the simulated energy counters
   * @param paced whether each instruction takes as long on the wall clock as on the simulated GPU
   * @param simSlowdown the time of an instruction on the simulated GPU at its highest clock,
   *     divided by its time on an idle core. If the value is 0, the job measures the smallest ratio
   *     at which the hosts are as fast as their simulated GPUs.
   */
  public record DeviceSpec(String gpu, long simSeed, boolean paced, double simSlowdown) {}

  /** Returns the shape of a microbatch and the tensor-parallel degree. */
  public Batch batch() {
    return new Batch(parallelism.microbatchSize, model.seqLength, parallelism.degrees.tp());
  }

  /** Returns all settings as texts; the key is the name of the flag that sets the value. */
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
