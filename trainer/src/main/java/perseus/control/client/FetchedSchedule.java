package perseus.control.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import perseus.control.FrequencySchedule;
import perseus.control.RankInfo;
import perseus.control.protocol.Protocol;
import perseus.control.protocol.RoundHeaders;
import perseus.io.UserError;

/**
 * A schedule that came from a server.
 *
 * @param schedule the rank's
 * @param rounds how many rounds there will be at most; null where the server does not say
 * @param number the round's number; null where the server does not say
 * @param warmup whether the round warms up; null where the server does not say
 * @param frequencyMhz its one clock; null where there is none, or the server does not say
 * @param plan its plan; null where there is none, or the server does not say
 */
public record FetchedSchedule(
    FrequencySchedule schedule,
    Integer number,
    Integer rounds,
    Boolean warmup,
    Integer frequencyMhz,
    String plan) {

  /**
   * @throws UserError if it is for another rank, or for other instructions than the rank has
   */
  static FetchedSchedule of(Protocol protocol, RankInfo rank, JsonNode body, HttpHeaders headers) {
    List<Integer> states = states(protocol, rank, body);
    if (body.path("rank").asInt(-1) != rank.rank() || states.size() != rank.pipeSchedule().size()) {
      throw new UserError(
          "The plan server sent rank %d a schedule of %d instructions for rank %s; it has %d."
              .formatted(
                  rank.rank(), states.size(), body.path("rank"), rank.pipeSchedule().size()));
    }
    return new FetchedSchedule(
        new FrequencySchedule(rank.rank(), states),
        headers.firstValue(RoundHeaders.NUMBER).map(Integer::valueOf).orElse(null),
        headers.firstValue(RoundHeaders.ROUNDS).map(Integer::valueOf).orElse(null),
        headers.firstValue(RoundHeaders.WARMUP).map(Boolean::valueOf).orElse(null),
        headers.firstValue(RoundHeaders.FREQUENCY).map(Integer::valueOf).orElse(null),
        headers.firstValue(RoundHeaders.PLAN).map(RoundHeaders::decode).orElse(null));
  }

  private static List<Integer> states(Protocol protocol, RankInfo rank, JsonNode body) {
    List<Integer> sent = new ArrayList<>();
    JsonNode entries = body.path(protocol.scheduleField());
    if (protocol == Protocol.RESEARCH) {
      entries.forEach(state -> sent.add(state.asInt()));
      return List.copyOf(sent);
    }
    List<String> computations =
        rank.pipeSchedule().stream()
            .filter(instruction -> instruction.isComputation())
            .map(instruction -> instruction.jsonName())
            .toList();
    List<String> named = new ArrayList<>();
    for (JsonNode entry : entries) {
      named.add(entry.path(0).asText());
      sent.add(entry.path(1).asInt());
    }
    if (!named.equals(computations)) {
      throw new UserError(
          "The plan server's schedule for rank %d has other forwards and backwards than the rank."
              .formatted(rank.rank()));
    }
    return FrequencySchedule.spread(rank.pipeSchedule(), sent);
  }
}
