package perseus.control.protocol;

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

/** The two dialects in which jobs and plan servers talk; they differ in bodies, not in meaning. */
public enum Protocol {
  /** The research release's: a power state per pipe instruction. */
  RESEARCH {
    @Override
    public String jobId(JobInfo job, LocalDateTime start, String scheduler) {
      return String.join(
          "+",
          DATE.format(start),
          job.framework(),
          job.modelName(),
          job.partitionMethod(),
          "dp" + job.degrees().dp(),
          "pp" + job.degrees().pp(),
          "tp" + job.degrees().tp(),
          "mbs" + job.microbatchSize(),
          "nmb" + job.numMicrobatches(),
          scheduler);
    }

    @Override
    public Object rank(String jobId, RankInfo rank) {
      Map<String, Object> body = place(rank);
      body.put("pipe_schedule", rank.pipeSchedule());
      body.put("power_state_range", rank.powerStateRange());
      body.put("job_id", jobId);
      return body;
    }

    @Override
    public String scheduleField() {
      return "power_states";
    }

    @Override
    public Object states(RankInfo rank, FrequencySchedule schedule) {
      return schedule.powerStates();
    }
  },

  /** Zeus's: forwards and backwards by name with their frequencies, nothing else. */
  ZEUS {
    @Override
    public String jobId(JobInfo job, LocalDateTime start, String scheduler) {
      String id =
          String.join(
              "+",
              DATE.format(start),
              "dp" + job.degrees().dp(),
              "pp" + job.degrees().pp(),
              "tp" + job.degrees().tp(),
              scheduler);
      return job.modelName().isEmpty() ? id : id + "+" + job.modelName();
    }

    @Override
    public Object rank(String jobId, RankInfo rank) {
      Map<String, Object> body = place(rank);
      body.put("available_frequencies", rank.powerStateRange());
      return body;
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
  };

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd-HH-mm-ss", Locale.ROOT);

  /**
   * The id that this protocol's server gives to a job; not unique for jobs that start in one
   * second.
   *
   * @param start when the job started
   * @param scheduler the scheduler's name
   */
  public abstract String jobId(JobInfo job, LocalDateTime start, String scheduler);

  /** A rank as this protocol registers and dumps it. */
  public abstract Object rank(String jobId, RankInfo rank);

  /** The field of a schedule that holds its states. */
  public abstract String scheduleField();

  /** What is in that field. */
  public abstract Object states(RankInfo rank, FrequencySchedule schedule);

  /** A schedule as this protocol sends and dumps it. */
  public Object schedule(RankInfo rank, FrequencySchedule schedule) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("rank", rank.rank());
    body.put(scheduleField(), states(rank, schedule));
    return body;
  }

  private static Map<String, Object> place(RankInfo rank) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("rank", rank.rank());
    body.put("dp_rank", rank.dpRank());
    body.put("pp_rank", rank.ppRank());
    body.put("tp_rank", rank.tpRank());
    return body;
  }
}
