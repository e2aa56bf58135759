package perseus.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Explains a JSON parser's error in words that the author of the JSON file understands. The JSON
 * parser's own messages are not suitable for users, because they contain names of the parser's
 * classes and settings.
 */
final class JsonProblem {
  /** Matches the JSON parser's message about a word that is not a JSON value, such as NaN. */
  private static final Pattern BAD_WORD =
      Pattern.compile("(?:Unrecognized|Non-standard) token '([^']*)'.*", Pattern.DOTALL);

  /**
   * Matches the JSON parser's message about a character that is not allowed at its position in the
   * text.
   */
  private static final Pattern BAD_CHARACTER =
      Pattern.compile("Unexpected (?:character \\(|close marker )'(.)'.*", Pattern.DOTALL);

  /** Matches the JSON parser's message about a field that an object contains twice. */
  private static final Pattern REPEATED_FIELD =
      Pattern.compile("Duplicate field '([^']*)'.*", Pattern.DOTALL);

  private static final int LONGEST_WORD = 40;

  private JsonProblem() {}

  /** Returns a description of what is wrong with a JSON file, without a full stop at the end. */
  static String of(JsonProcessingException e) {
    if (e.getCause() instanceof StreamReadException parsing) {
      return of(parsing);
    }
    if (e instanceof JsonEOFException) {
      return "it ends before it is complete";
    }
    String message = e.getOriginalMessage();
    if (e instanceof InputCoercionException) {
      return "a whole number is too large";
    }
    if (e instanceof JsonRefusal) {
      return message;
    }
    if (e instanceof JsonMappingException mapping) {
      if (message.startsWith("No content")) {
        return "it is empty";
      }
      return message.startsWith("Trailing token")
          ? "there is more text after its end"
          : place(mapping) + " has the wrong type";
    }
    Matcher word = BAD_WORD.matcher(message);
    if (word.matches()) {
      String start = word.group(1);
      return "'%s' is not a JSON value"
          .formatted(
              start.length() > LONGEST_WORD ? start.substring(0, LONGEST_WORD) + "..." : start);
    }
    Matcher field = REPEATED_FIELD.matcher(message);
    if (field.matches()) {
      return "the field '" + field.group(1) + "' stands twice in one object";
    }
    Matcher character = BAD_CHARACTER.matcher(message);
    if (character.matches()) {
      return "unexpected '%s'%s".formatted(character.group(1), column(e));
    }
    return message.contains("Leading zeroes")
        ? "a number must not begin with 0"
        : "it is not valid JSON";
  }

  private static String column(JsonProcessingException e) {
    // For a wrong character inside a number, the JSON parser reports the position after this
    // character. The error message about a wrong character inside a number does not state the
    // column, because the parser's position is wrong.
    return e.getLocation() == null || e.getOriginalMessage().contains("in numeric value")
        ? ""
        : " in column " + e.getLocation().getColumnNr();
  }

  /**
   * Returns the field names and indices that lead to the wrong value in the JSON text, such as
   * {@code "plans[0].file"}.
   */
  private static String place(JsonMappingException e) {
    String path =
        e.getPath().stream()
            .map(at -> at.getFieldName() == null ? "[" + at.getIndex() + "]" : at.getFieldName())
            .collect(Collectors.joining("."))
            .replace(".[", "[");
    return path.isEmpty() ? "it" : "\"" + path + "\"";
  }
}
