package perseus.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads and writes JSON files as Java records.
 *
 * <p>Field names in the JSON files are in snake_case. Unknown field names in a JSON file are
 * ignored, so that older versions of the program can read newer files.
 */
public final class JsonFiles {
  private static final ObjectMapper JSON =
      StrictJson.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private JsonFiles() {}

  /**
   * Reads a JSON file in UTF-8, with or without a byte order mark.
   *
   * @param file path of the JSON file to read
   * @param type class of the record into which the JSON object is read
   * @param description name of the expected contents for the error message, such as "a run
   *     manifest"
   * @throws UserError if the file is missing or unreadable, or does not contain a JSON value of the
   *     given type
   */
  public static <T> T read(Path file, Class<T> type, String description) {
    try {
      T value = JSON.readValue(TextFiles.read(file), type);
      if (value == null) {
        throw new UserError(file + " is not " + description + ": it is empty.");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new UserError(
          "%s%s is not %s: %s."
              .formatted(
                  file,
                  e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr() + ",",
                  description,
                  JsonProblem.of(e)),
          e);
    } catch (IOException e) {
      throw AtomicFiles.unreadable(file, e);
    }
  }

  /**
   * Writes a value to a JSON file in UTF-8, either completely or not at all.
   *
   * @param file path of the JSON file to write
   * @param value value to write: a record, a map or a list
   * @throws UserError if the file cannot be written
   */
  public static void write(Path file, Object value) {
    AtomicFiles.write(file, toJson(value));
  }

  /** Returns a value as indented JSON text with a newline at the end. */
  public static String toJson(Object value) {
    try {
      return JSON.writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
