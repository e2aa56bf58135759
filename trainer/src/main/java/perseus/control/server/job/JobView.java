package perseus.control.server.job;

import java.util.LinkedHashMap;
import java.util.Map;
import perseus.control.JobInfo;
import perseus.control.Measurement;
import perseus.control.SchedulerChoice;
import perseus.control.policy.Straggler;
import perseus.control.protocol.Protocol;

/**
 * Holds the state of a job at one moment, for the web page and the metrics.
 *
 * @param info the job's description
 * @param protocol HTTP dialect (Perseus research release or Zeus) that the job's client uses
 * @param choice the job's scheduler
 * @param registered number of ranks of the job that have registered
 * @param waiting number of ranks of the job that are waiting for a frequency schedule
 * @param schedulesServed number of frequency schedules that the server has sent to the ranks of the
 *     job
 * @param round index of the current frequency schedules, from 0; null before the first frequency
 *     schedules
 * @param rounds maximum number of frequency schedules of a rank in the job; null until the
 *     scheduler is created
 * @param state state of the job: registering, running, done, failed, or gone (its client has
 *     probably ended)
 * @param failure reason why the job failed; null if the job has not failed
 * @param last latest measured time and energy of an iteration; null if nothing was measured
 * @param allMax measured time and energy of an iteration in which all instructions run at the
 *     highest clock or power limit. If iterations at the highest clock were not measured, {@code
 *     allMax} is the prediction of the time-energy frontier. If iterations at the highest clock
 *     were neither measured nor predicted, {@code allMax} is null.
 * @param stragglers degree (slowdown factor) by the index of each slow pipeline; null if the
 *     scheduler ignores slow pipelines
 * @param silentSeconds time in seconds since a client last called about the job
 * @param frontierSimulated whether the plans of the time-energy frontier were made for simulated
 *     GPUs
 */
public record JobView(
    String id,
    JobInfo info,
    Protocol protocol,
    SchedulerChoice choice,
    int registered,
    int waiting,
    long schedulesServed,
    Integer round,
    Integer rounds,
    String state,
    String failure,
    History.Point last,
    Measurement allMax,
    Map<Integer, Double> stragglers,
    double silentSeconds,
    boolean frontierSimulated) {

  /**
   * Returns the state of a job.
   *
   * @param exchange object that passes schedules and results between the ranks and the scheduler;
   *     null before the job has started
   */
  static JobView of(
      String id,
      JobInfo info,
      Protocol protocol,
      SchedulerChoice choice,
      int registered,
      int waiting,
      long schedulesServed,
      RoundExchange exchange,
      String state,
      String failure,
      History history,
      double silentSeconds) {
    return new JobView(
        id,
        info,
        protocol,
        choice,
        registered,
        waiting,
        schedulesServed,
        exchange == null ? null : exchange.number(),
        exchange == null ? null : exchange.scheduler().rounds(),
        state,
        failure,
        history.last(),
        history.allMax(),
        exchange != null && exchange.scheduler() instanceof Straggler straggler
            ? straggler.degrees()
            : null,
        silentSeconds,
        history.isFrontierSimulated());
  }

  /** Returns the state of the job as JSON fields, which the web page reads. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("framework", info.framework());
    json.put("model_name", info.modelName());
    json.put("partition_method", info.partitionMethod());
    json.put("pp", info.degrees().pp());
    json.put("dp", info.degrees().dp());
    json.put("tp", info.degrees().tp());
    if (protocol == Protocol.RESEARCH) {
      json.put("microbatch_size", info.microbatchSize());
      json.put("num_microbatches", info.numMicrobatches());
    }
    json.put("simulated", info.simulated());
    json.put("reports", info.reports());
    json.put("scheduler", choice.name());
    json.put("mode", choice.mode());
    json.put("state", state);
    json.put("failure", failure);
    json.put("registered", registered);
    json.put("waiting", waiting);
    json.put("round", round);
    json.put("rounds", rounds == null || rounds == Integer.MAX_VALUE ? null : rounds);
    json.put("last", last);
    json.put("all_max", allMax);
    json.put("reduction", reduction());
    json.put("stragglers", stragglers);
    json.put("silent_s", silentSeconds);
    json.put("frontier_simulated", frontierSimulated);
    return json;
  }

  /**
   * Returns the fraction of the energy at the highest clock that the latest frequency schedules
   * save. For example, 0.1 means 10 % less energy. Returns null if the latest energy or the energy
   * at the highest clock is unknown.
   */
  private Double reduction() {
    return last == null || allMax == null ? null : 1 - last.energyJ() / allMax.energyJoules();
  }
}
