package perseus.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * This project's JSON files: records with names in snake_case; readers pass over what they do not
 * know.
 */
public final class JsonFiles {
  private static final ObjectMapper JSON =
      StrictJson.builder()
          // In files, the last of several fields of the same name counts.
          .disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private JsonFiles() {}

  /**
   * Reads a file in UTF-8, with or without a byte order mark.
   *
   * @param what what the file should be, for the error's sentence, such as "a run manifest"
   * @throws UserError if it is missing, unreadable or something else
   */
  public static <T> T read(Path file, Class<T> type, String what) {
    try {
      String text = Files.readString(file);
      T value = JSON.readValue(text.startsWith("\uFEFF") ? text.substring(1) : text, type);
      if (value == null) {
        throw new UserError(file + " is not " + what + ": it is empty.");
      }
      return value;
    } catch (NoSuchFileException e) {
      throw new UserError(file + " does not exist.", e);
    } catch (JsonProcessingException e) {
      throw new UserError(
          "%s%s is not %s: %s."
              .formatted(
                  file,
                  e.getLocation() == null ? "" : " line " + e.getLocation().getLineNr(),
                  what,
                  JsonProblem.of(e)),
          e);
    } catch (IOException e) {
      throw new UserError(file + " cannot be read: " + AtomicFiles.reason(e) + ".", e);
    }
  }

  /**
   * Writes a file, whole or not at all.
   *
   * @throws UserError if it cannot be written
   */
  public static void write(Path file, Object value) {
    AtomicFiles.write(file, toJson(value));
  }

  /** A value as JSON text with a newline at its end. */
  public static String toJson(Object value) {
    try {
      return JSON.writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
