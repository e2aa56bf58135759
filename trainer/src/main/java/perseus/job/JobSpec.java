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
 * The settings of a job, which are the same for all ranks and must be given to every node.
 *
 * @param device the simulated GPU
 * @param exportTimingCsv whether to record instructions and energies
 * @param seed seed of the initial parameters and of the data
 */
public record JobSpec(
    Model model,
    Parallelism parallelism,
    Optimizer optimizer,
    DeviceSpec device,
    boolean exportTimingCsv,
    long seed) {
  /** Names properties as the flags are named. */
  private static final ObjectMapper FLAGS =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /**
   * The model and how it is cut into stages.
   *
   * @param name its name in the model zoo
   * @param partition the first layer of each stage, followed by the number of layers
   * @param seqLength number of tokens of a sample
   * @param activationCheckpointing whether a backward recomputes the forward's activations
   * @param initMethodStd standard deviation of the initial weights
   */
  public record Model(
      @JsonProperty("model") String name,
      List<Integer> partition,
      int seqLength,
      boolean activationCheckpointing,
      double initMethodStd) {}

  /**
   * How the ranks share the work of an iteration.
   *
   * @param trainSchedule name of the pipeline schedule
   * @param microbatchSize number of samples of a microbatch
   * @param numMicrobatches number of microbatches of one pipeline in an iteration
   */
  public record Parallelism(
      Degrees degrees, String trainSchedule, int microbatchSize, int numMicrobatches) {}

  /**
   * The settings of AdamW.
   *
   * @param learningRate the learning rate after its warm-up
   * @param numWarmupSteps number of iterations in which the learning rate rises
   */
  public record Optimizer(double learningRate, int numWarmupSteps) {}

  /**
   * The simulated GPU of each rank and its pace.
   *
   * @param gpu the GPU's name
   * @param simSeed seed of the simulated energy counters
   * @param paced whether instructions take as long as on the simulated GPU
   * @param simSlowdown factor by which the simulated GPU is slower than an idle core; 0 to measure
   *     the factor at which the hosts keep up
   */
  public record DeviceSpec(String gpu, long simSeed, boolean paced, double simSlowdown) {}

  /** Returns the shape of a microbatch on each rank. */
  public Batch batch() {
    return new Batch(parallelism.microbatchSize, model.seqLength, parallelism.degrees.tp());
  }

  /** Returns the settings as texts, by the name of the flag that sets them. */
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
