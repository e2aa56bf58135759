package perseus.control.protocol;

import java.util.List;
import java.util.Map;

/**
 * Defines the JSON bodies that clients post to a plan server. The names of JSON fields in the
 * bodies are in snake_case. If a JSON body lacks a field, the value in the Java record is null. The
 * class {@link Protocol} says which fields each of the two HTTP dialects (Perseus research release
 * and Zeus) uses.
 */
public final class Bodies {
  private Bodies() {}

  /**
   * Holds the JSON body of {@code POST /register_job}, with the fields of both HTTP dialects
   * (Perseus research release and Zeus).
   *
   * @param reports whether the ranks report results. Only clients with the HTTP dialect of Zeus
   *     need the field {@code reports}, because the client of the Zeus project reports no results.
   * @param simulated whether the GPUs are simulated. Only the client of this project sends the
   *     field {@code simulated}.
   */
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
      String jobMetadata,
      Boolean reports,
      Boolean simulated) {}

  /**
   * Holds the JSON body of {@code POST /register_rank}, with the fields of both HTTP dialects
   * (Perseus research release and Zeus).
   */
  public record RankBody(
      String jobId,
      Integer rank,
      Integer dpRank,
      Integer ppRank,
      Integer tpRank,
      List<String> pipeSchedule,
      List<Integer> powerStateRange,
      List<Integer> availableFrequencies) {}

  /**
   * Holds the JSON body of {@code POST /result/JOB}, which contains times in seconds and energies
   * in joules.
   *
   * @param precision relative standard error that the rank has estimated. Only the client of this
   *     project sends the field {@code precision}. It does so if the header {@link
   *     RoundHeaders#PRECISION} asks for it.
   */
  public record ResultBody(
      Integer rank,
      double[] iterTime,
      double[] iterEnergy,
      Map<String, double[][]> timeBreakdown,
      Map<String, double[][]> energyBreakdown,
      Double precision) {}

  /**
   * Holds the JSON body of {@code POST /straggler/JOB}, a call that only the plan server of this
   * project has.
   */
  public record StragglerBody(Integer pipeline, Double degree) {}
}
