package perseus.control.server.http;

import java.util.List;
import java.util.Map;

/**
 * Signals that the plan server refuses an HTTP call. An {@code HttpError} contains the HTTP status
 * and the value of the JSON field {@code detail} of the answer.
 */
public final class HttpError extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final transient Object detail;
  private final String header;
  private final String headerValue;

  /**
   * @param detail error message for the client
   */
  public HttpError(int status, String detail) {
    this(status, detail, detail, null, null);
  }

  /**
   * @param detail error message for the client
   * @param header name of an additional header of the answer, such as {@code Allow}
   */
  public HttpError(int status, String detail, String header, String headerValue) {
    this(status, detail, detail, header, headerValue);
  }

  private HttpError(int status, String message, Object detail, String header, String headerValue) {
    // An HttpError has no stack trace, because clients can cause many of these errors.
    super(message, null, false, false);
    this.status = status;
    this.detail = detail;
    this.header = header;
    this.headerValue = headerValue;
  }

  /**
   * Creates an error with HTTP status 422, which reports a wrong value in a request.
   *
   * @param location path to the wrong value in the request: {@code body} or {@code query}, then
   *     names of fields and indices in lists
   */
  public static HttpError unprocessable(List<Object> location, String message) {
    return new HttpError(
        422,
        location + ": " + message,
        List.of(Map.of("loc", location, "msg", message, "type", "value_error")),
        null,
        null);
  }

  /** Creates an error with HTTP status 422, which reports a wrong field of the JSON body. */
  public static HttpError field(String name, String message) {
    return unprocessable(List.of("body", name), message);
  }

  /** Returns the HTTP answer that reports the error to the client. */
  public Answer answer() {
    Answer answer = Answer.json(status, Map.of("detail", detail));
    return header == null ? answer : answer.with(header, headerValue);
  }
}
