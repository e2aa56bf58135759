package perseus.control.protocol;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import perseus.control.Round;

/**
 * Encodes the description of a frequency schedule in HTTP headers. The headers contain the number
 * of the frequency schedule, its plan and other values. The JSON bodies of both HTTP dialects
 * (Perseus research release and Zeus) have no fields for the description. Only the plan server of
 * this project sends these headers, and only the client of this project reads them.
 */
public final class RoundHeaders {
  public static final String NUMBER = "Perseus-Round";
  public static final String ROUNDS = "Perseus-Rounds";
  public static final String WARMUP = "Perseus-Warmup";
  public static final String FREQUENCY = "Perseus-Frequency";
  public static final String PLAN = "Perseus-Plan";
  public static final String PRECISION = "Perseus-Precision";
  public static final String REVISIT = "Perseus-Revisit";

  private RoundHeaders() {}

  /**
   * Returns the HTTP headers that describe frequency schedules, as a map from the name of a header
   * to its value.
   *
   * @param rounds maximum number of frequency schedules in the job
   */
  public static Map<String, String> of(Round round, int rounds) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(NUMBER, Integer.toString(round.number()));
    headers.put(ROUNDS, Integer.toString(rounds));
    headers.put(WARMUP, Boolean.toString(round.warmup()));
    if (round.frequencyMhz() != null) {
      headers.put(FREQUENCY, round.frequencyMhz().toString());
    }
    if (round.plan() != null) {
      headers.put(PLAN, URLEncoder.encode(round.plan(), StandardCharsets.UTF_8));
    }
    if (round.precision() > 0) {
      headers.put(PRECISION, Double.toString(round.precision()));
    }
    if (round.revisit()) {
      headers.put(REVISIT, "true");
    }
    return headers;
  }

  /** Decodes the name of a frequency plan from the value of the HTTP header {@link #PLAN}. */
  public static String decodePlan(String header) {
    return URLDecoder.decode(header, StandardCharsets.UTF_8);
  }
}
