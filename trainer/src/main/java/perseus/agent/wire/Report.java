package perseus.agent.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.regex.Pattern;
import perseus.io.UserError;
import perseus.pipeline.Instruction;

/**
 * Lists the messages that a recorder sends after its first message, a {@link Hello}. A recorder is
 * the library that reports the instructions of a rank. All times are in seconds since the start of
 * the agent. The agent ignores unknown messages, so that newer recorders can send additional
 * messages.
 */
public sealed interface Report {
  /**
   * Identifies one instruction of an iteration.
   *
   * @param kind kind of instruction, such as forward, without the number of its stage
   * @param microbatch number of the microbatch, from 0
   * @param chunk index of the stage among the stages of the rank, from 0
   */
  record Piece(Instruction kind, int microbatch, int chunk) {}

  /** Says that an instruction has run. */
  record Executed(Piece piece, double start, double end) implements Report {}

  /**
   * Says that an instruction starts, and that its clock differs from the clock of the previous
   * instruction.
   */
  record Next(Piece piece) implements Report {}

  /**
   * Says when an instruction has started and ended on the host, and asks when it ends on the
   * simulated GPU.
   */
  record Stretch(Piece piece, double start, double end) implements Report {}

  /**
   * Says that an iteration has ended.
   *
   * @param iteration number of the iteration, from 1
   * @param dropped number of instructions that the recorder has dropped since it started, for
   *     example because the agent read too slowly
   */
  record IterationEnd(int iteration, double start, double end, long dropped) implements Report {
    /**
     * Returns the start of the iteration on the GPU, which may be simulated. The iteration may end
     * earlier on a simulated GPU than on the host.
     *
     * @param previousEnd end of the previous iteration on the GPU in seconds; NaN if there is none
     * @param endOnGpu end of this iteration on the GPU in seconds
     */
    public double start(double previousEnd, double endOnGpu) {
      if (Double.isNaN(start)) {
        return previousEnd;
      }
      double own = endOnGpu - (end - start);
      return Double.isNaN(previousEnd) ? own : Math.max(previousEnd, own);
    }
  }

  /**
   * Says that an iteration ran other instructions than the first iteration. The rank then drops its
   * frequency schedule.
   */
  record Deviated(String how) implements Report {}

  /** Stands for a message that the agent does not know. */
  record Unknown() implements Report {}

  ObjectMapper JSON = new ObjectMapper();
  Pattern KIND = Pattern.compile("[a-z][a-z_]{0,40}");

  /**
   * Reads a message from a line of JSON.
   *
   * @throws UserError if the line is not a valid message
   */
  static Report of(String line, AgentClock clock) {
    try {
      JsonNode message = JSON.readTree(line);
      JsonNode executed = message.get("i");
      if (executed != null) {
        return new Executed(
            piece(executed, message, line),
            time(executed, 2, clock, line),
            time(executed, 3, clock, line));
      }
      JsonNode next = message.get("next");
      if (next != null) {
        return new Next(piece(next, message, line));
      }
      JsonNode stretch = message.get("stretch");
      if (stretch != null) {
        return new Stretch(
            piece(stretch, message, line),
            time(stretch, 2, clock, line),
            time(stretch, 3, clock, line));
      }
      if (message.has("iteration")) {
        double now = clock.seconds();
        return new IterationEnd(
            message.get("iteration").asInt(),
            message.has("start") ? clock.ofEpoch(message.get("start").asDouble()) : Double.NaN,
            message.has("time") ? clock.ofEpoch(message.get("time").asDouble()) : now,
            message.path("dropped").asLong(0));
      }
      return message.has("deviated")
          ? new Deviated(message.get("deviated").asText())
          : new Unknown();
    } catch (JsonProcessingException e) {
      throw new UserError("A recorder sent '%s', which is not JSON.".formatted(shown(line)), e);
    }
  }

  private static Piece piece(JsonNode list, JsonNode message, String line) {
    String kind = list.path(0).asText("");
    int microbatch = list.path(1).asInt(-1);
    int chunk = message.path("chunk").asInt(0);
    if (!KIND.matcher(kind).matches() || microbatch < 0 || chunk < 0) {
      throw new UserError(
          "A recorder sent '%s', but an instruction is a name of lower-case letters and a microbatch of 0 or more."
              .formatted(shown(line)));
    }
    return new Piece(new Instruction(kind), microbatch, chunk);
  }

  private static double time(JsonNode list, int index, AgentClock clock, String line) {
    JsonNode seconds = list.path(index);
    if (!seconds.isNumber()) {
      throw new UserError(
          "A recorder sent '%s', but an instruction needs a start and an end in seconds."
              .formatted(shown(line)));
    }
    return clock.ofEpoch(seconds.asDouble());
  }

  private static String shown(String line) {
    return line.length() <= 100 ? line : line.substring(0, 100) + "...";
  }
}
