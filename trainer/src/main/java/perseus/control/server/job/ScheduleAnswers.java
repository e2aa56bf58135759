package perseus.control.server.job;

import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.control.FrequencySchedule;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.control.protocol.Protocol;
import perseus.control.protocol.RoundHeaders;
import perseus.control.server.http.Answer;

/**
 * The answers to all ranks that fetch one round. What ranks of a stage have in common becomes JSON
 * once. Headers say what the published bodies have no room for.
 */
final class ScheduleAnswers {
  private final Protocol protocol;
  private final Round round;
  private final Map<String, String> headers;
  private final Map<List<Integer>, byte[]> shared = new IdentityHashMap<>();

  ScheduleAnswers(Protocol protocol, Round round, int rounds) {
    this.protocol = protocol;
    this.round = round;
    Map<String, String> said = new LinkedHashMap<>();
    said.put(RoundHeaders.NUMBER, Integer.toString(round.number()));
    said.put(RoundHeaders.ROUNDS, Integer.toString(rounds));
    said.put(RoundHeaders.WARMUP, Boolean.toString(round.warmup()));
    if (round.frequencyMhz() != null) {
      said.put(RoundHeaders.FREQUENCY, round.frequencyMhz().toString());
    }
    if (round.plan() != null) {
      said.put(RoundHeaders.PLAN, RoundHeaders.encode(round.plan()));
    }
    this.headers = said;
  }

  Answer of(RankInfo rank) {
    FrequencySchedule schedule = round.schedules().get(rank.rank());
    byte[] states;
    synchronized (shared) {
      states =
          shared.computeIfAbsent(
              schedule.powerStates(), key -> Answer.bytes(protocol.states(rank, schedule)));
    }
    byte[] head =
        "{\"rank\":%d,\"%s\":"
            .formatted(rank.rank(), protocol.scheduleField())
            .getBytes(StandardCharsets.US_ASCII);
    byte[] body = new byte[head.length + states.length + 1];
    System.arraycopy(head, 0, body, 0, head.length);
    System.arraycopy(states, 0, body, head.length, states.length);
    body[body.length - 1] = '}';
    return new Answer(200, "application/json", body, headers);
  }
}
