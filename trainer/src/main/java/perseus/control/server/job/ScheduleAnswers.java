package perseus.control.server.job;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import perseus.control.FrequencySchedule;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.control.protocol.Protocol;
import perseus.control.protocol.RoundHeaders;
import perseus.control.server.http.Answer;

/**
 * Creates the HTTP answers that contain the current frequency schedules of ranks. If several ranks
 * share a list of clocks or power limits, the list is converted to JSON only once.
 */
final class ScheduleAnswers {
  private final Protocol protocol;
  private final Round round;
  private final Map<String, String> headers;
  private final byte[] end;
  private final Map<List<Integer>, byte[]> shared = new IdentityHashMap<>();

  /**
   * @param rounds maximum number of frequency schedules of a rank in the job
   * @param simulated whether the GPUs of the job or its plan are simulated. If {@code simulated} is
   *     true, the answers contain the field {@code simulated}. Clients of other projects ignore it.
   */
  ScheduleAnswers(Protocol protocol, Round round, int rounds, boolean simulated) {
    this.protocol = protocol;
    this.round = round;
    this.headers = RoundHeaders.of(round, rounds);
    this.end = (simulated ? ",\"simulated\":true}" : "}").getBytes(StandardCharsets.US_ASCII);
  }

  Answer of(RankInfo rank) {
    FrequencySchedule schedule = round.schedules().get(rank.rank());
    byte[] states;
    synchronized (shared) {
      states =
          shared.computeIfAbsent(
              schedule.powerStates(), key -> Answer.bytes(protocol.states(rank, schedule)));
    }
    byte[] start =
        "{\"rank\":%d,\"%s\":"
            .formatted(rank.rank(), protocol.scheduleField())
            .getBytes(StandardCharsets.US_ASCII);
    ByteBuffer body = ByteBuffer.allocate(start.length + states.length + end.length);
    body.put(start).put(states).put(end);
    return new Answer(200, "application/json", body.array(), headers);
  }
}
