package perseus.control.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import perseus.control.FrequencySchedule;
import perseus.control.JobInfo;
import perseus.control.PipeInstruction;
import perseus.control.RankInfo;
import perseus.io.UserError;

/**
 * Defines the two HTTP dialects in which jobs call plan servers. One belongs to the Perseus
 * research release, and the other one to Zeus. The two HTTP dialects differ mainly in their JSON
 * bodies.
 */
public enum Protocol {
  /**
   * HTTP dialect of the Perseus research release. A schedule in the dialect of the research release
   * contains a clock or power limit for each step of the iteration.
   */
  RESEARCH {
    @Override
    public String jobId(JobInfo job, LocalDateTime start, String scheduler) {
      return String.join(
          "+",
          DATE.format(start),
          job.framework(),
          job.modelName(),
          job.partitionMethod(),
          degrees(job),
          "mbs" + job.microbatchSize(),
          "nmb" + job.numMicrobatches(),
          scheduler);
    }

    @Override
    void describe(JobInfo job, Map<String, Object> body) {
      body.put("framework", job.framework());
      body.put("model_name", job.modelName());
      body.put("partition_method", job.partitionMethod());
      body.put("microbatch_size", job.microbatchSize());
      body.put("num_microbatches", job.numMicrobatches());
    }

    @Override
    void describe(String jobId, RankInfo rank, Map<String, Object> body) {
      body.put("pipe_schedule", rank.pipeSchedule());
      body.put("power_state_range", rank.powerStateRange());
      body.put("job_id", jobId);
    }

    @Override
    public String scheduleField() {
      return "power_states";
    }

    @Override
    public Object states(RankInfo rank, FrequencySchedule schedule) {
      return schedule.powerStates();
    }

    @Override
    public List<Integer> readStates(RankInfo rank, JsonNode states) {
      List<Integer> read = new ArrayList<>();
      states.forEach(state -> read.add(state.asInt()));
      return List.copyOf(read);
    }
  },

  /**
   * HTTP dialect of Zeus. A schedule in the dialect of Zeus contains only the name and the
   * frequency in MHz of each forward and backward.
   */
  ZEUS {
    @Override
    public String jobId(JobInfo job, LocalDateTime start, String scheduler) {
      String id = String.join("+", DATE.format(start), degrees(job), scheduler);
      return job.modelName().isEmpty() ? id : id + "+" + job.modelName();
    }

    @Override
    void describe(JobInfo job, Map<String, Object> body) {
      body.put("job_metadata", job.framework() + "+" + job.modelName());
    }

    @Override
    void describe(String jobId, RankInfo rank, Map<String, Object> body) {
      body.put("available_frequencies", rank.powerStateRange());
    }

    @Override
    public String scheduleField() {
      return "frequencies";
    }

    @Override
    public Object states(RankInfo rank, FrequencySchedule schedule) {
      List<List<Object>> frequencies = new ArrayList<>();
      for (int i = 0; i < rank.pipeSchedule().size(); i++) {
        PipeInstruction instruction = rank.pipeSchedule().get(i);
        if (instruction.isComputation()) {
          frequencies.add(List.of(instruction.jsonName(), schedule.powerStates().get(i)));
        }
      }
      return frequencies;
    }

    @Override
    public List<Integer> readStates(RankInfo rank, JsonNode states) {
      List<String> names = new ArrayList<>();
      List<Integer> frequencies = new ArrayList<>();
      for (JsonNode computation : states) {
        names.add(computation.path(0).asText());
        frequencies.add(computation.path(1).asInt());
      }
      List<String> computations =
          rank.pipeSchedule().stream()
              .filter(PipeInstruction::isComputation)
              .map(PipeInstruction::jsonName)
              .toList();
      if (!names.equals(computations)) {
        throw new UserError(
            "The plan server's schedule for rank %d has other forwards and backwards than the rank."
                .formatted(rank.rank()));
      }
      return FrequencySchedule.spread(rank.pipeSchedule(), frequencies);
    }
  };

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd-HH-mm-ss", Locale.ROOT);

  /**
   * Returns the HTTP dialect of a client that registers a job. Only clients with the dialect of the
   * Perseus research release name a framework when they register a job.
   */
  public static Protocol of(Bodies.JobBody job) {
    return job.framework() == null ? ZEUS : RESEARCH;
  }

  /**
   * Returns the id that a plan server with this HTTP dialect assigns to a job. Jobs that start in
   * the same second may get the same id.
   *
   * @param start time when the job started
   */
  public abstract String jobId(JobInfo job, LocalDateTime start, String scheduler);

  /** Adds the fields that only this HTTP dialect has to the JSON body that registers a job. */
  abstract void describe(JobInfo job, Map<String, Object> body);

  /** Adds the fields that only this HTTP dialect has to the JSON body that registers a rank. */
  abstract void describe(String jobId, RankInfo rank, Map<String, Object> body);

  /**
   * Returns the name of the JSON field that contains the power states (clocks or power limits) of a
   * frequency schedule.
   */
  public abstract String scheduleField();

  /**
   * Returns the power states (clocks or power limits) of a frequency schedule as a JSON value in
   * this HTTP dialect.
   */
  public abstract Object states(RankInfo rank, FrequencySchedule schedule);

  /**
   * Reads the power states (clocks or power limits) of a frequency schedule from a JSON value in
   * this HTTP dialect.
   *
   * @return a clock or power limit for each step of the rank's iteration
   * @throws UserError if the forwards and backwards in the JSON field differ from those of the rank
   */
  public abstract List<Integer> readStates(RankInfo rank, JsonNode states);

  /** Returns the JSON body that registers a job with a plan server. */
  public Object job(JobInfo job) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("job_id", "");
    body.put("pp_degree", job.degrees().pp());
    body.put("dp_degree", job.degrees().dp());
    body.put("tp_degree", job.degrees().tp());
    body.put("world_size", job.degrees().worldSize());
    describe(job, body);
    if (job.simulated()) {
      body.put("simulated", true);
    }
    return body;
  }

  /**
   * Returns the JSON body that registers a rank with a plan server. A state dump (JSON files with
   * schedules and results) contains the same JSON object for the rank.
   */
  public Map<String, Object> rank(String jobId, RankInfo rank) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("rank", rank.rank());
    body.put("dp_rank", rank.dpRank());
    body.put("pp_rank", rank.ppRank());
    body.put("tp_rank", rank.tpRank());
    describe(jobId, rank, body);
    return body;
  }

  /**
   * Returns the JSON body that contains a rank's frequency schedule. A state dump (JSON files with
   * schedules and results) contains the same JSON object for the frequency schedule.
   */
  public Map<String, Object> schedule(RankInfo rank, FrequencySchedule schedule) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("rank", rank.rank());
    body.put(scheduleField(), states(rank, schedule));
    return body;
  }

  private static String degrees(JobInfo job) {
    return String.join(
        "+", "dp" + job.degrees().dp(), "pp" + job.degrees().pp(), "tp" + job.degrees().tp());
  }
}
