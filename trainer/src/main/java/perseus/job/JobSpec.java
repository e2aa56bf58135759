package perseus.job;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What all ranks of a job have in common, and every node has to be started with.
 *
 * @param model name in the zoo
 * @param partition first layer of each stage, then the number of layers
 * @param pp stages
 * @param dp pipelines
 * @param tp ranks that share a stage
 * @param microbatchSize samples in a microbatch
 * @param numMicrobatches microbatches of one pipeline in an iteration
 * @param seqLength tokens in a sample
 * @param trainSchedule the pipeline schedule
 * @param activationCheckpointing whether a backward recomputes its forward
 * @param gpu the simulated GPU's name
 * @param simSeed of the simulation's randomness
 * @param exportTimingCsv whether to keep records
 * @param paced whether instructions take as long as on the simulated GPU
 * @param simSlowdown how many times as long a simulated GPU takes as an idle core; 0 to measure at
 *     what factor the host keeps up
 * @param learningRate of the optimizer, once it has risen
 * @param numWarmupSteps iterations in which it rises
 * @param seed of parameters and data
 * @param initMethodStd standard deviation of initial weights
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record JobSpec(
    String model,
    List<Integer> partition,
    int pp,
    int dp,
    int tp,
    int microbatchSize,
    int numMicrobatches,
    int seqLength,
    String trainSchedule,
    boolean activationCheckpointing,
    String gpu,
    long simSeed,
    boolean exportTimingCsv,
    boolean paced,
    double simSlowdown,
    double learningRate,
    int numWarmupSteps,
    long seed,
    double initMethodStd) {

  /** The settings as texts, by the flag that sets them. */
  public Map<String, String> byFlag() {
    Map<String, Object> values =
        new ObjectMapper()
            .convertValue(this, new TypeReference<LinkedHashMap<String, Object>>() {});
    Map<String, String> texts = new LinkedHashMap<>();
    values.forEach((flag, value) -> texts.put(flag, String.valueOf(value)));
    return texts;
  }
}
