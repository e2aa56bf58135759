package perseus.control.server.job;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import perseus.control.JobInfo;
import perseus.control.PipeInstruction;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.protocol.Protocol;
import perseus.control.server.http.HttpError;
import perseus.control.server.http.ServerLimits;
import perseus.parallel.Degrees;

/** Turns the bodies of calls into what they mean, or says which field does not fit. */
public final class Registration {
  /**
   * All ranks of a job wait at once, each on a connection: one that has more than there are would
   * never start. Some are left for whoever looks on, and for other jobs' reports.
   */
  public static final int MOST_RANKS = ServerLimits.MOST_CONNECTIONS - 384;

  /** A day's worth of iterations or of joules is far below; a sum of such values is finite. */
  private static final double MOST_MEASURED = 1e15;

  private static final int MOST_INSTRUCTIONS = 500_000;
  private static final int MOST_STATES = 10_000;

  private Registration() {}

  /** A job that says its framework speaks the research release's protocol. */
  static Protocol protocol(Bodies.JobBody body) {
    return body.framework() == null ? Protocol.ZEUS : Protocol.RESEARCH;
  }

  static JobInfo job(Bodies.JobBody body) {
    if (body.jobId() != null && !body.jobId().isEmpty()) {
      throw HttpError.field("job_id", "must be empty; the server makes the job id");
    }
    int pp = Bodies.integer("pp_degree", body.ppDegree(), 1);
    int dp = Bodies.integer("dp_degree", body.dpDegree(), 1);
    int tp = Bodies.integer("tp_degree", body.tpDegree(), 1);
    int worldSize = Bodies.integer("world_size", body.worldSize(), 1);
    if (worldSize > MOST_RANKS) {
      throw HttpError.field(
          "world_size",
          "must be at most %d, for all ranks wait at once, each on one of the server's %d connections"
              .formatted(MOST_RANKS, ServerLimits.MOST_CONNECTIONS));
    }
    if (Math.max(pp, Math.max(dp, tp)) > MOST_RANKS || (long) pp * dp * tp != worldSize) {
      throw HttpError.field("world_size", "must be pp_degree * dp_degree * tp_degree");
    }
    Degrees degrees = new Degrees(pp, dp, tp);
    if (protocol(body) == Protocol.ZEUS) {
      String metadata = body.jobMetadata() == null ? "" : body.jobMetadata();
      return new JobInfo("zeus", name("job_metadata", metadata), "", degrees, 1, 1);
    }
    return new JobInfo(
        name("framework", body.framework()),
        name("model_name", body.modelName()),
        name("partition_method", body.partitionMethod()),
        degrees,
        Bodies.integer("microbatch_size", body.microbatchSize(), 1),
        Bodies.integer("num_microbatches", body.numMicrobatches(), 1));
  }

  private static String name(String field, String value) {
    return Bodies.text(List.of("body", field), Bodies.required(field, value));
  }

  /**
   * @param computations what the rank's stage computes, where the rank does not say
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
      return new RankInfo(rank, dpRank, ppRank, tpRank, computations.apply(ppRank), states);
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
    int number = Bodies.integer(field, value, 0);
    if (number >= limit) {
      throw HttpError.field(field, "must be less than " + limit + " in this job");
    }
    return number;
  }

  private static List<PipeInstruction> pipeSchedule(List<String> names) {
    if (Bodies.required("pipe_schedule", names).size() > MOST_INSTRUCTIONS) {
      throw HttpError.field(
          "pipe_schedule", "must have at most " + MOST_INSTRUCTIONS + " instructions");
    }
    List<PipeInstruction> instructions = new ArrayList<>();
    for (String name : names) {
      instructions.add(
          Arrays.stream(PipeInstruction.values())
              .filter(instruction -> instruction.jsonName().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      HttpError.field(
                          "pipe_schedule", "'" + name + "' is not a pipe instruction")));
    }
    if (instructions.stream().noneMatch(PipeInstruction::isComputation)) {
      throw HttpError.field("pipe_schedule", "has no forward and no backward");
    }
    return List.copyOf(instructions);
  }

  /** Highest first. */
  private static List<Integer> states(String field, List<Integer> states) {
    if (Bodies.required(field, states).isEmpty()
        || states.stream().anyMatch(state -> state == null || state <= 0)) {
      throw HttpError.field(field, "must be positive whole numbers, at least one");
    }
    if (states.size() > MOST_STATES) {
      throw HttpError.field(field, "must be at most " + MOST_STATES);
    }
    if (new HashSet<>(states).size() != states.size()) {
      throw HttpError.field(field, "must not name a power state twice");
    }
    return states.stream().sorted(Comparator.reverseOrder()).toList();
  }

  static RankResult result(Bodies.ResultBody body, Protocol protocol) {
    int rank = Bodies.integer("rank", body.rank(), 0);
    double[] time = Bodies.required("iter_time", body.iterTime());
    double[] energy = Bodies.required("iter_energy", body.iterEnergy());
    requireMeasured("iter_time", time);
    requireMeasured("iter_energy", energy);
    if (time.length == 0) {
      throw HttpError.field("iter_time", "has no iteration");
    }
    if (energy.length != time.length) {
      throw HttpError.field(
          "iter_energy", "has %d iterations, iter_time %d".formatted(energy.length, time.length));
    }
    boolean anyName = protocol == Protocol.ZEUS;
    requireBreakdown("time_breakdown", body.timeBreakdown(), time.length, anyName);
    requireBreakdown("energy_breakdown", body.energyBreakdown(), time.length, anyName);
    return new RankResult(rank, time, energy, body.timeBreakdown(), body.energyBreakdown());
  }

  private static void requireBreakdown(
      String field, Map<String, double[][]> breakdown, int iterations, boolean anyName) {
    if (breakdown == null) {
      return;
    }
    breakdown.forEach(
        (instruction, rows) -> {
          Bodies.text(List.of("body", field), instruction);
          List<Object> location = List.of("body", field, instruction);
          if (!anyName
              && Arrays.stream(PipeInstruction.values())
                  .noneMatch(known -> known.jsonName().equals(instruction))) {
            throw HttpError.unprocessable(location, "is not a pipe instruction");
          }
          if (rows == null || (rows.length != 0 && rows.length != iterations)) {
            throw HttpError.unprocessable(location, "needs a list per iteration: " + iterations);
          }
          for (double[] row : rows) {
            if (row == null) {
              throw HttpError.unprocessable(location, "needs a list per iteration: " + iterations);
            }
            requireMeasured(field, row);
          }
        });
  }

  private static void requireMeasured(String field, double[] values) {
    for (double value : values) {
      if (!(value >= 0 && value <= MOST_MEASURED)) {
        throw HttpError.field(field, "must be numbers from 0 to 1e15");
      }
    }
  }
}
