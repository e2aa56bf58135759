package perseus.control.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;
import java.util.List;
import perseus.control.FrequencySchedule;
import perseus.control.RankInfo;
import perseus.control.protocol.Protocol;
import perseus.control.protocol.RoundHeaders;
import perseus.io.UserError;

/**
 * Holds the frequency schedule that a plan server sent to one rank, and a description of the
 * schedule. Only this project's plan server sends a description of the frequency schedule. If
 * another plan server sent the frequency schedule, all fields except {@code schedule} are null, 0
 * or false.
 *
 * @param schedule the rank's schedule
 * @param number index of the frequency schedule in the job, from 0; null if the plan server does
 *     not send the index
 * @param rounds maximum number of frequency schedules of the rank in the job; null if the plan
 *     server does not send it
 * @param warmup true if the iterations under the schedule only warm up the GPUs; null if the plan
 *     server does not say it
 * @param frequencyMhz common clock in MHz of all forwards and backwards; null if there is none or
 *     if it was not sent
 * @param plan name of the frequency plan; null if there is none or if the plan server does not send
 *     it
 * @param precision relative standard error of times and energies at which the frequency schedule
 *     ends; 0 if the plan server does not send it
 * @param revisit whether the frequency schedule repeats the first measured clock at the end of a
 *     profiling run
 * @param simulated whether the plan server says that the plan or the GPUs are simulated
 */
public record FetchedSchedule(
    FrequencySchedule schedule,
    Integer number,
    Integer rounds,
    Boolean warmup,
    Integer frequencyMhz,
    String plan,
    double precision,
    boolean revisit,
    boolean simulated) {

  /**
   * Reads a rank's frequency schedule from the answer of a plan server.
   *
   * @throws UserError if the answer contains the schedule of another rank or of other instructions
   */
  static FetchedSchedule of(Protocol protocol, RankInfo rank, JsonNode body, HttpHeaders headers) {
    List<Integer> states = protocol.readStates(rank, body.path(protocol.scheduleField()));
    if (body.path("rank").asInt(-1) != rank.rank() || states.size() != rank.pipeSchedule().size()) {
      throw new UserError(
          "The plan server sent rank %d a schedule of %d instructions for rank %s; the rank has %d instructions."
              .formatted(
                  rank.rank(), states.size(), body.path("rank"), rank.pipeSchedule().size()));
    }
    return new FetchedSchedule(
        new FrequencySchedule(rank.rank(), states),
        headers.firstValue(RoundHeaders.NUMBER).map(Integer::valueOf).orElse(null),
        headers.firstValue(RoundHeaders.ROUNDS).map(Integer::valueOf).orElse(null),
        headers.firstValue(RoundHeaders.WARMUP).map(Boolean::valueOf).orElse(null),
        headers.firstValue(RoundHeaders.FREQUENCY).map(Integer::valueOf).orElse(null),
        headers.firstValue(RoundHeaders.PLAN).map(RoundHeaders::decodePlan).orElse(null),
        headers.firstValue(RoundHeaders.PRECISION).map(Double::valueOf).orElse(0.0),
        headers.firstValue(RoundHeaders.REVISIT).map(Boolean::valueOf).orElse(false),
        body.path("simulated").asBoolean());
  }
}
