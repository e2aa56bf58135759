package perseus.control.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import perseus.io.StrictJson;

/**
 * Reads the JSON body of a request into a Java record. If a field of the JSON body is wrong, the
 * error message names the field.
 */
public final class JsonBody {
  private static final ObjectMapper JSON =
      StrictJson.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          // The fast parser of decimal numbers is enabled because the results of ranks are long
          // lists of decimal numbers.
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .build();

  /**
   * Maximum length in characters of the JSON parser's error message in an answer. A longer error
   * message of the JSON parser is cut off at its end.
   */
  private static final int MAX_SENTENCE_LENGTH = 200;

  private JsonBody() {}

  /**
   * Reads the JSON body of a request into a Java record. JSON fields that the Java record does not
   * have are ignored.
   *
   * @throws HttpError with status 422 if the body is not valid JSON or a field has the wrong type
   */
  public static <T> T read(ByteBuffer body, Class<T> type) {
    try {
      T value = JSON.readValue(body.array(), body.arrayOffset(), body.remaining(), type);
      if (value == null) {
        throw HttpError.unprocessable(List.of("body"), "field required");
      }
      return value;
    } catch (JsonMappingException e) {
      List<Object> location = new ArrayList<>(List.of("body"));
      e.getPath()
          .forEach(
              step ->
                  location.add(
                      step.getFieldName() == null ? step.getIndex() : step.getFieldName()));
      throw HttpError.unprocessable(location, message(e));
    } catch (JsonProcessingException e) {
      throw HttpError.unprocessable(
          List.of("body"), "not valid JSON: " + firstLine(e.getOriginalMessage()));
    } catch (IOException e) {
      throw HttpError.unprocessable(List.of("body"), "not readable: " + e.getMessage());
    }
  }

  /**
   * Returns an error message that names the expected type of a wrong field. For some types, the
   * error message has the same words as in the Perseus research release and in Zeus.
   */
  private static String message(JsonMappingException e) {
    Class<?> expected = e instanceof MismatchedInputException m ? m.getTargetType() : null;
    if (expected == Integer.class) {
      return "value is not a valid integer";
    }
    if (expected == Double.class || expected == double.class) {
      return "value is not a valid number";
    }
    if (expected == null) {
      return firstLine(e.getOriginalMessage());
    }
    if (expected.isArray() || List.class.isAssignableFrom(expected)) {
      return "value is not a valid list";
    }
    return expected == String.class ? "value is not a valid string" : "value is not a valid object";
  }

  private static String firstLine(String message) {
    String line = message.lines().findFirst().orElse("");
    return line.length() > MAX_SENTENCE_LENGTH
        ? line.substring(0, MAX_SENTENCE_LENGTH) + "..."
        : line;
  }
}
