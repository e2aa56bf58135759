package perseus.control.server.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import perseus.control.server.http.HttpError;

/** The bodies of calls: what each holds, and reading them with an error that names the field. */
public final class Bodies {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Results are long lists of decimal numbers.
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .build();

  private static final int LONGEST_TEXT = 1000;

  private Bodies() {}

  /** POST /register_job, in either protocol. */
  public record JobBody(
      String jobId,
      Integer ppDegree,
      Integer dpDegree,
      Integer tpDegree,
      Integer worldSize,
      String framework,
      String modelName,
      String partitionMethod,
      Integer microbatchSize,
      Integer numMicrobatches,
      String jobMetadata) {}

  /** POST /register_rank, in either protocol. */
  public record RankBody(
      String jobId,
      Integer rank,
      Integer dpRank,
      Integer ppRank,
      Integer tpRank,
      List<String> pipeSchedule,
      List<Integer> powerStateRange,
      List<Integer> availableFrequencies) {}

  /** POST /result/JOB. */
  public record ResultBody(
      Integer rank,
      double[] iterTime,
      double[] iterEnergy,
      Map<String, double[][]> timeBreakdown,
      Map<String, double[][]> energyBreakdown) {}

  /** POST /straggler/JOB. */
  public record StragglerBody(Integer pipeline, Double degree) {}

  /**
   * Reads a body.
   *
   * @throws HttpError 422 if it is not JSON or not of that shape
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

  /** What should be there, in the words of the published servers where they have some. */
  private static String message(JsonMappingException e) {
    Class<?> wanted = e instanceof MismatchedInputException m ? m.getTargetType() : null;
    if (wanted == Integer.class) {
      return "value is not a valid integer";
    }
    if (wanted == Double.class || wanted == double.class) {
      return "value is not a valid number";
    }
    if (wanted == null) {
      return firstLine(e.getOriginalMessage());
    }
    if (wanted.isArray() || List.class.isAssignableFrom(wanted)) {
      return "value is not a valid list";
    }
    return wanted == String.class ? "value is not a valid string" : "value is not a valid object";
  }

  /**
   * A text that is kept: not too long, and of whole characters, so that any file can hold it.
   *
   * @param location where it stands
   */
  static String text(List<Object> location, String value) {
    if (value.length() > LONGEST_TEXT) {
      throw HttpError.unprocessable(location, "must have at most " + LONGEST_TEXT + " characters");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      throw HttpError.unprocessable(location, "holds half a character");
    }
    return value;
  }

  private static String firstLine(String message) {
    String line = message.lines().findFirst().orElse("");
    return line.length() > 200 ? line.substring(0, 200) + "..." : line;
  }

  /** A number that must be there, from {@code least} up. */
  static int integer(String name, Integer value, int least) {
    if (value == null) {
      throw HttpError.field(name, "field required");
    }
    if (value < least) {
      throw HttpError.field(name, "must be greater than or equal to " + least);
    }
    return value;
  }

  /** A value that must be there. */
  public static <T> T required(String name, T value) {
    if (value == null) {
      throw HttpError.field(name, "field required");
    }
    return value;
  }
}
