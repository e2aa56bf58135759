package perseus.control.server.job;

import java.util.LinkedHashMap;
import java.util.Map;
import perseus.control.JobInfo;
import perseus.control.Measurement;
import perseus.control.SchedulerChoice;
import perseus.control.protocol.Protocol;

/**
 * A job at one moment, for people and for monitoring.
 *
 * @param round the present round's number; null before the first
 * @param rounds how many there will be at most; null before the scheduler is made
 * @param state registering, running, done or failed
 * @param failure why it failed; else null
 * @param last the latest measured round; null where there is none
 * @param allMax the latest round with everything at its highest state, else what the frontier
 *     predicts for it; null where neither is known
 * @param stragglers degree by pipeline; null where the scheduler minds none
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
    Map<Integer, Double> stragglers) {

  /** As the page reads it. */
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
    return json;
  }

  /** 1 - the latest round's energy / all-max's; null where either is missing. */
  private Double reduction() {
    return last == null || allMax == null ? null : 1 - last.energyJ() / allMax.energyJoules();
  }
}
