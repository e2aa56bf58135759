package perseus.control.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Holds the plan server's answer to an HTTP call: the status, the headers and the body.
 *
 * @param contentType value of the answer's header {@code Content-Type}
 * @param body bytes of the answer's body; callers must not modify the array
 * @param headers additional headers of the answer, as a map from the name of a header to its value
 */
public record Answer(int status, String contentType, byte[] body, Map<String, String> headers) {
  private static final ObjectMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /** Creates an answer with a JSON body; the names of the JSON fields are in snake_case. */
  public static Answer json(int status, Object value) {
    return new Answer(status, "application/json", bytes(value), Map.of());
  }

  /** Creates an answer with HTTP status 200 whose body is a text in UTF-8. */
  public static Answer text(String contentType, String text) {
    return new Answer(200, contentType, text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  Answer with(String header, String value) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put(header, value);
    return new Answer(status, contentType, body, all);
  }

  /**
   * Returns a value as the bytes of a JSON text in UTF-8; the names of the JSON fields are in
   * snake_case.
   */
  public static byte[] bytes(Object value) {
    try {
      // A text from a client may contain half of a surrogate pair. Jackson cannot write half of a
      // surrogate pair directly to bytes, so the value is first written to a string.
      return JSON.writeValueAsString(value).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
