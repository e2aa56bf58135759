package perseus.control.protocol;

import java.util.List;
import java.util.Map;

/**
 * Shapes of the JSON bodies that clients post, with names in snake_case in JSON. A field that a
 * body does not have is null; {@link Protocol} tells which dialect has which.
 */
public final class Bodies {
  private Bodies() {}

  /** Body of {@code POST /register_job} in both dialects. */
  public record JobBody(
      String jobId,
      Integer ppDegree,
      Integer dpDegree,
      Integer tpDegree,
      Integer worldSize,
      String framework,
      String modelName,
      String partitionMethod,
      Integer microbatchSize,
      Integer numMicrobatches,
      String jobMetadata) {}

  /** Body of {@code POST /register_rank} in both dialects. */
  public record RankBody(
      String jobId,
      Integer rank,
      Integer dpRank,
      Integer ppRank,
      Integer tpRank,
      List<String> pipeSchedule,
      List<Integer> powerStateRange,
      List<Integer> availableFrequencies) {}

  /** Body of {@code POST /result/JOB}: seconds and joules. */
  public record ResultBody(
      Integer rank,
      double[] iterTime,
      double[] iterEnergy,
      Map<String, double[][]> timeBreakdown,
      Map<String, double[][]> energyBreakdown) {}

  /** Body of {@code POST /straggler/JOB}, which only this project's server has. */
  public record StragglerBody(Integer pipeline, Double degree) {}
}
