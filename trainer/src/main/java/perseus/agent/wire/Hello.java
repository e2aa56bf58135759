package perseus.agent.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import perseus.io.UserError;
import perseus.parallel.Degrees;

/**
 * Holds the first message of a recorder (the library that reports the instructions of a rank). The
 * message {@code Hello} describes the rank and its job.
 *
 * @param rank number of the rank in the job, from 0
 * @param degrees degrees of parallelism of the job
 * @param dpRank number of the rank's data-parallel pipeline, from 0
 * @param ppRank position of the rank in its pipeline, from 0
 * @param tpRank number of the rank among the tensor-parallel ranks of the same stages, from 0
 * @param localRank number of the rank on its host, from 0; if it is unknown, the number of the rank
 *     in the job
 * @param localWorldSize number of ranks on the rank's host; 0 if unknown
 * @param device UUID of the rank's GPU; null if unknown
 * @param numMicrobatches number of microbatches that one pipeline processes in an iteration; 0 if
 *     unknown
 * @param microbatchSize number of samples in a microbatch; 1 if unknown
 * @param framework name of the training framework
 * @param stages numbers of the pipeline stages that the rank holds; the stage at index k is called
 *     chunk k
 */
public record Hello(
    int rank,
    Degrees degrees,
    int dpRank,
    int ppRank,
    int tpRank,
    int localRank,
    int localWorldSize,
    String device,
    int numMicrobatches,
    int microbatchSize,
    String framework,
    String model,
    List<Integer> stages) {
  /**
   * Newest version of the messages that the agent understands. The agent also understands messages
   * of all earlier versions.
   */
  public static final int VERSION = 1;

  private static final String UNNAMED = "unknown";

  /**
   * Reads the first message of a recorder from JSON. The message must contain the fields {@code v}
   * and {@code rank}; all other fields are optional. Fields that the agent does not know are
   * ignored.
   *
   * @throws UserError if the recorder uses a newer version of the messages, or if a field has an
   *     impossible value
   */
  public static Hello of(JsonNode message) {
    int version = message.path("v").asInt(0);
    if (version < 1 || version > VERSION) {
      throw new UserError(
          version < 1
              ? "The first message has no version \"v\"; it must be a hello."
              : "The recorder speaks version %d of the protocol, but this perseus-run speaks version %d; use a perseus-run that is as new as the recorder."
                  .formatted(version, VERSION));
    }
    int rank = whole(message, "rank", -1);
    if (rank < 0) {
      throw new UserError("The hello has no \"rank\" of 0 or more.");
    }
    int dp = whole(message, "dp", 1);
    int tp = whole(message, "tp", 1);
    int world = whole(message, "world_size", rank + 1);
    int pp = whole(message, "pp", Math.max(1, world / Math.max(1, dp * tp)));
    Degrees degrees = new Degrees(pp, dp, tp);
    if (rank >= degrees.worldSize() || world != degrees.worldSize()) {
      throw new UserError(
          "The hello of rank %d says that the job has %d ranks, but pp %d x dp %d x tp %d are %d."
              .formatted(rank, world, pp, dp, tp, degrees.worldSize()));
    }
    int ppRank = whole(message, "pp_rank", degrees.ppRank(rank));
    return new Hello(
        rank,
        degrees,
        whole(message, "dp_rank", degrees.dpRank(rank)),
        ppRank,
        whole(message, "tp_rank", degrees.tpRank(rank)),
        whole(message, "local_rank", rank),
        whole(message, "local_world_size", 0),
        message.path("device").asText(null),
        whole(message, "num_microbatches", 0),
        whole(message, "microbatch_size", 1),
        message.path("framework").asText("unknown"),
        message.path("model").asText(UNNAMED),
        stages(message, ppRank));
  }

  private static int whole(JsonNode message, String field, int missing) {
    JsonNode value = message.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return missing;
    }
    if (!value.canConvertToInt() || value.asInt() < 0) {
      throw new UserError(
          "The hello has %s as \"%s\", but it must be a whole number of 0 or more."
              .formatted(value, field));
    }
    return value.asInt();
  }

  private static List<Integer> stages(JsonNode message, int ppRank) {
    List<Integer> stages = new ArrayList<>();
    message.path("stages").forEach(stage -> stages.add(stage.asInt()));
    return stages.isEmpty() ? List.of(ppRank) : List.copyOf(stages);
  }

  /** Returns whether the training script has named its model. */
  public boolean hasModel() {
    return !UNNAMED.equals(model) && !model.isBlank();
  }

  /** Returns the number of the pipeline stage at the given index among the stages of the rank. */
  public int stage(int chunk) {
    return chunk < stages.size() ? stages.get(chunk) : ppRank + chunk * degrees.pp();
  }
}
