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
 * What is wrong with a JSON file, for whoever wrote it: the parser's own sentences are for
 * programmers and name its classes and settings.
 */
final class JsonProblem {
  /** A word where a value should be, such as NaN. */
  private static final Pattern WORD =
      Pattern.compile("(?:Unrecognized|Non-standard) token '([^']*)'.*", Pattern.DOTALL);

  private static final Pattern CHARACTER =
      Pattern.compile("Unexpected (?:character \\(|close marker )'(.)'.*", Pattern.DOTALL);

  private JsonProblem() {}

  /** The problem in words, without a full stop. */
  static String of(JsonProcessingException e) {
    if (e.getCause() instanceof StreamReadException parsing) {
      return of(parsing);
    }
    if (e instanceof JsonEOFException) {
      return "it ends in the middle";
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
          ? "something follows after its end"
          : place(mapping) + " is of another type";
    }
    Matcher word = WORD.matcher(message);
    if (word.matches()) {
      return "'" + word.group(1) + "' is no value in JSON";
    }
    Matcher character = CHARACTER.matcher(message);
    if (character.matches()) {
      return "there should be no '%s'%s".formatted(character.group(1), column(e));
    }
    return message.contains("Leading zeroes") ? "a number must not begin with 0" : "it is no JSON";
  }

  private static String column(JsonProcessingException e) {
    // In numbers the parser is one character further.
    return e.getLocation() == null || e.getOriginalMessage().contains("in numeric value")
        ? ""
        : " in column " + e.getLocation().getColumnNr();
  }

  /** The names and positions that lead to a value, as in "plans[0].file". */
  private static String place(JsonMappingException e) {
    String path =
        e.getPath().stream()
            .map(at -> at.getFieldName() == null ? "[" + at.getIndex() + "]" : at.getFieldName())
            .collect(Collectors.joining("."))
            .replace(".[", "[");
    return path.isEmpty() ? "it" : "\"" + path + "\"";
  }
}
