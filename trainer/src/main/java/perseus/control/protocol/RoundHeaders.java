package perseus.control.protocol;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Headers of a schedule's answer with which this project's server tells this project's client what
 * the published bodies leave out. Other clients pass over them; other servers send none.
 */
public final class RoundHeaders {
  public static final String NUMBER = "Perseus-Round";
  public static final String ROUNDS = "Perseus-Rounds";
  public static final String WARMUP = "Perseus-Warmup";
  public static final String FREQUENCY = "Perseus-Frequency";
  public static final String PLAN = "Perseus-Plan";

  private RoundHeaders() {}

  /** A plan's name as a header can hold it. */
  public static String encode(String plan) {
    return URLEncoder.encode(plan, StandardCharsets.UTF_8);
  }

  /** The name that {@link #encode} was given. */
  public static String decode(String header) {
    return URLDecoder.decode(header, StandardCharsets.UTF_8);
  }
}
