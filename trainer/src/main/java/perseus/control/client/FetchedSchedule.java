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
 * Holds the frequency schedule that a plan server sent to one rank, and a description of its round.
 * Only this project's server describes the round. If another server sent the schedule, all fields
 * except {@code schedule} are null.
 *
 * @param schedule the rank's schedule
 * @param number number of the round, from 0; null if the server does not send it
 * @param rounds maximum number of rounds; null if the server does not send it
 * @param warmup true if the round only warms up the GPUs; null if the server does not send it
 * @param frequencyMhz clock in MHz if all computations have the same clock and the server sends it;
 *     null in other cases
 * @param plan name of the plan; null if the round has no name or if the server does not send it
 */
public record FetchedSchedule(
    FrequencySchedule schedule,
    Integer number,
    Integer rounds,
    Boolean warmup,
    Integer frequencyMhz,
    String plan) {

  /**
   * Reads the answer of a plan server.
   *
   * @throws UserError if the schedule is for another rank or for other instructions
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
        headers.firstValue(RoundHeaders.PLAN).map(RoundHeaders::decodePlan).orElse(null));
  }
}
