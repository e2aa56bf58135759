package perseus.agent.wire;

import java.util.Locale;

/** Writes the messages of the agent to a recorder: lines of JSON, which no locale changes. */
public final class ToRecorder {
  private ToRecorder() {}

  /**
   * Returns the answer to a hello.
   *
   * @param steers whether the agent sets clocks
   * @param stretches whether the recorder must ask until when a simulated GPU runs an instruction
   * @param waitSeconds how long the recorder waits for a schedule, in seconds
   */
  public static String welcome(boolean steers, boolean stretches, int waitSeconds) {
    return "{\"ok\":true,\"steer\":"
        + steers
        + ",\"stretch\":"
        + stretches
        + ",\"await\":1,\"wait_seconds\":"
        + waitSeconds
        + "}";
  }

  /** Returns a message that ends the connection. */
  public static String refusal(String sentence) {
    return Report.JSON.createObjectNode().put("ok", false).put("error", sentence).toString();
  }

  /**
   * Returns a schedule.
   *
   * @param computations the computations with their clocks in MHz, as JSON
   * @param first number of the first iteration of the schedule, from 1
   * @param last number of the iteration after which the rank waits for the next schedule; 0 if it
   *     never waits
   * @param reported whether the rank reports its instructions and iterations
   */
  public static String schedule(String computations, int first, int last, boolean reported) {
    return "{\"schedule\":"
        + computations
        + ",\"from\":"
        + first
        + (last > 0 ? ",\"await\":" + last : "")
        + ",\"record\":"
        + reported
        + "}";
  }

  /** Returns the schedule of a rank that is neither steered nor recorded any more. */
  public static String release() {
    return "{\"schedule\":[],\"record\":false}";
  }

  /** Returns the start and the end of an instruction on a simulated GPU, in Unix seconds. */
  public static String stretched(double start, double end) {
    return String.format(Locale.ROOT, "{\"from\":%.7f,\"until\":%.7f}", start, end);
  }
}
