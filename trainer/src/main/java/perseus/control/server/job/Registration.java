package perseus.control.server.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.function.IntFunction;
import perseus.control.JobInfo;
import perseus.control.PipeInstruction;
import perseus.control.RankInfo;
import perseus.control.protocol.Bodies;
import perseus.control.protocol.Protocol;
import perseus.control.server.http.Fields;
import perseus.control.server.http.HttpError;
import perseus.control.server.http.ServerLimits;
import perseus.io.UserError;
import perseus.parallel.Degrees;

/** Reads and checks the JSON bodies with which clients register jobs and ranks. */
final class Registration {
  /**
   * Maximum number of ranks of a job. All ranks of a job wait for their schedules at the same time,
   * each on its own connection. A job with more ranks than the server has connections would never
   * start. If a job has the maximum number of ranks, 384 connections remain for the web page and
   * for other jobs.
   */
  private static final int MAX_RANKS = ServerLimits.MAX_CONNECTIONS - 384;

  private static final int MAX_INSTRUCTIONS = 500_000;
  private static final int MAX_STATES = 10_000;

  private Registration() {}

  /**
   * Reads and checks the JSON body that registers a job.
   *
   * @throws HttpError with status 422 if a field of the body is missing or wrong
   */
  static JobInfo job(Bodies.JobBody body) {
    if (body.jobId() != null && !body.jobId().isEmpty()) {
      throw HttpError.field("job_id", "must be empty; the server creates the job id");
    }
    int pp = Fields.integer("pp_degree", body.ppDegree(), 1);
    int dp = Fields.integer("dp_degree", body.dpDegree(), 1);
    int tp = Fields.integer("tp_degree", body.tpDegree(), 1);
    int worldSize = Fields.integer("world_size", body.worldSize(), 1);
    if (worldSize > MAX_RANKS) {
      throw HttpError.field(
          "world_size",
          "must be at most %d, because all ranks wait at the same time, each on one of the server's %d connections"
              .formatted(MAX_RANKS, ServerLimits.MAX_CONNECTIONS));
    }
    if (Math.max(pp, Math.max(dp, tp)) > MAX_RANKS || (long) pp * dp * tp != worldSize) {
      throw HttpError.field("world_size", "must be pp_degree * dp_degree * tp_degree");
    }
    Degrees degrees = new Degrees(pp, dp, tp);
    if (Protocol.of(body) == Protocol.ZEUS) {
      String metadata = body.jobMetadata() == null ? "" : body.jobMetadata();
      return new JobInfo(
          "zeus",
          name("job_metadata", metadata),
          "",
          degrees,
          1,
          1,
          isTrue(body.reports()),
          isTrue(body.simulated()));
    }
    JobInfo job =
        new JobInfo(
            name("framework", body.framework()),
            name("model_name", body.modelName()),
            name("partition_method", body.partitionMethod()),
            degrees,
            Fields.integer("microbatch_size", body.microbatchSize(), 1),
            Fields.integer("num_microbatches", body.numMicrobatches(), 1));
    return job.onGpus(isTrue(body.simulated()));
  }

  private static boolean isTrue(Boolean field) {
    return Boolean.TRUE.equals(field);
  }

  private static String name(String field, String value) {
    return Fields.text(List.of("body", field), Fields.required(field, value));
  }

  /**
   * Reads and checks the JSON body that registers a rank.
   *
   * @param computations function that returns the forwards and backwards of a stage. The function
   *     {@code computations} is called only for ranks that do not register their forwards and
   *     backwards.
   * @throws HttpError with status 422 if a field is missing or wrong, and 400 if the forwards and
   *     backwards are unknown
   */
  static RankInfo rank(
      Bodies.RankBody body,
      Protocol protocol,
      Degrees degrees,
      IntFunction<List<PipeInstruction>> computations) {
    int rank = below("rank", body.rank(), degrees.worldSize());
    int dpRank = below("dp_rank", body.dpRank(), degrees.dp());
    int ppRank = below("pp_rank", body.ppRank(), degrees.pp());
    int tpRank = below("tp_rank", body.tpRank(), degrees.tp());
    if (protocol == Protocol.ZEUS) {
      List<Integer> states = states("available_frequencies", body.availableFrequencies());
      try {
        return new RankInfo(rank, dpRank, ppRank, tpRank, computations.apply(ppRank), states);
      } catch (UserError e) {
        throw new HttpError(400, e.getMessage());
      }
    }
    return new RankInfo(
        rank,
        dpRank,
        ppRank,
        tpRank,
        pipeSchedule(body.pipeSchedule()),
        states("power_state_range", body.powerStateRange()));
  }

  private static int below(String field, Integer value, int limit) {
    int number = Fields.integer(field, value, 0);
    if (number >= limit) {
      throw HttpError.field(field, "must be less than " + limit + " in this job");
    }
    return number;
  }

  private static List<PipeInstruction> pipeSchedule(List<String> names) {
    if (Fields.required("pipe_schedule", names).size() > MAX_INSTRUCTIONS) {
      throw HttpError.field(
          "pipe_schedule", "must have at most " + MAX_INSTRUCTIONS + " instructions");
    }
    List<PipeInstruction> instructions = new ArrayList<>();
    for (String name : names) {
      instructions.add(
          PipeInstruction.named(name)
              .orElseThrow(
                  () ->
                      HttpError.field(
                          "pipe_schedule", "'" + name + "' is not a pipe instruction")));
    }
    if (instructions.stream().noneMatch(PipeInstruction::isComputation)) {
      throw HttpError.field("pipe_schedule", "must have a forward or a backward");
    }
    return List.copyOf(instructions);
  }

  /**
   * Checks the clocks or power limits that a rank's GPU supports, and returns them from high to
   * low.
   */
  private static List<Integer> states(String field, List<Integer> states) {
    if (Fields.required(field, states).isEmpty()
        || states.stream().anyMatch(state -> state == null || state <= 0)) {
      throw HttpError.field(field, "must be positive whole numbers, at least one");
    }
    if (states.size() > MAX_STATES) {
      throw HttpError.field(field, "must have at most " + MAX_STATES + " power states");
    }
    if (new HashSet<>(states).size() != states.size()) {
      throw HttpError.field(field, "must not contain a power state twice");
    }
    return states.stream().sorted(Comparator.reverseOrder()).toList();
  }
}
