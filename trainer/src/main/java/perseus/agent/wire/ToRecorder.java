package perseus.agent.wire;

import java.util.Locale;

/**
 * Creates the messages that the agent sends to a recorder (the library that reports the
 * instructions of a rank). Each message is a line of JSON, whose numbers do not depend on the
 * user's locale.
 */
public final class ToRecorder {
  private ToRecorder() {}

  /**
   * Returns the answer to the first message of a recorder.
   *
   * @param steers whether the agent sets clocks
   * @param stretches whether the rank must ask, for each instruction, when the instruction ends on
   *     a simulated GPU
   * @param waitSeconds longest time in seconds that the rank waits for a frequency schedule
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

  /** Returns a message that refuses a rank, with the reason. */
  public static String refusal(String sentence) {
    return Report.JSON.createObjectNode().put("ok", false).put("error", sentence).toString();
  }

  /**
   * Returns a message with the frequency schedule of a rank.
   *
   * @param computations forwards and backwards with their clocks in MHz, as JSON
   * @param first number of the first iteration under the frequency schedule, from 1
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

  /** Returns a message which says that the agent no longer records the rank or sets its clocks. */
  public static String release() {
    return "{\"schedule\":[],\"record\":false}";
  }

  /**
   * Returns a message with the start and the end of an instruction on a simulated GPU, as Unix
   * times in seconds.
   */
  public static String stretched(double start, double end) {
    return String.format(Locale.ROOT, "{\"from\":%.7f,\"until\":%.7f}", start, end);
  }
}
