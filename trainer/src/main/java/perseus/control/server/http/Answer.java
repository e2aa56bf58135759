package perseus.control.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Holds the HTTP answer to a call.
 *
 * @param status HTTP status
 * @param contentType value of the header {@code Content-Type}
 * @param body bytes of the body; must not be modified
 * @param headers further headers by name
 */
public record Answer(int status, String contentType, byte[] body, Map<String, String> headers) {
  private static final ObjectMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /** Creates an answer whose body is a value as JSON, with names in snake_case. */
  public static Answer json(int status, Object value) {
    return new Answer(status, "application/json", bytes(value), Map.of());
  }

  /** Creates an answer with status 200 whose body is a text in UTF-8. */
  public static Answer text(String contentType, String text) {
    return new Answer(200, contentType, text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  /** Returns this answer with one more header. */
  Answer with(String header, String value) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put(header, value);
    return new Answer(status, contentType, body, all);
  }

  /** Returns a value as JSON in UTF-8, with names in snake_case. */
  public static byte[] bytes(Object value) {
    try {
      // Texts of clients may contain half of a surrogate pair. Jackson cannot write such a text
      // directly to bytes, so the value is first written to a string.
      return JSON.writeValueAsString(value).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
