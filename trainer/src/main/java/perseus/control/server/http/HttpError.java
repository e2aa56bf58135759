package perseus.control.server.http;

import java.util.List;
import java.util.Map;

/** A call that cannot be served: the status and what {@code detail} says. */
public final class HttpError extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final transient Object detail;
  private final String header;
  private final String headerValue;

  public HttpError(int status, String detail) {
    this(status, detail, detail, null, null);
  }

  /** One whose answer carries a header that tells what would be right. */
  public HttpError(int status, String detail, String header, String headerValue) {
    this(status, detail, detail, header, headerValue);
  }

  private HttpError(int status, String message, Object detail, String header, String headerValue) {
    // Thrown for clients' mistakes, which are many: no stack trace.
    super(message, null, false, false);
    this.status = status;
    this.detail = detail;
    this.header = header;
    this.headerValue = headerValue;
  }

  /**
   * 422: a value of the request does not fit.
   *
   * @param location where it stands: {@code body}, then fields and positions
   */
  public static HttpError unprocessable(List<Object> location, String message) {
    return new HttpError(
        422,
        location + ": " + message,
        List.of(Map.of("loc", location, "msg", message, "type", "value_error")),
        null,
        null);
  }

  /** 422: a field of the body does not fit. */
  public static HttpError field(String name, String message) {
    return unprocessable(List.of("body", name), message);
  }

  int status() {
    return status;
  }

  public Answer answer() {
    Answer answer = Answer.json(status, Map.of("detail", detail));
    return header == null ? answer : answer.with(header, headerValue);
  }
}
