package perseus.control.server.http;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Checks the values of the fields of a request's JSON body. If the value of a field is wrong, the
 * error message names the field.
 */
public final class Fields {
  /** Maximum length in UTF-16 characters of a text from a client. */
  private static final int MAX_TEXT_LENGTH = 1000;

  private Fields() {}

  /**
   * Checks that a JSON field is present, and returns its value.
   *
   * @throws HttpError with status 422 if the value of the field is null
   */
  public static <T> T required(String name, T value) {
    if (value == null) {
      throw HttpError.field(name, "field required");
    }
    return value;
  }

  /**
   * Checks that a JSON field is present and that its number is not too small, and returns the
   * number.
   *
   * @throws HttpError with status 422 if the number is null or below {@code minimum}
   */
  public static int integer(String name, Integer value, int minimum) {
    if (required(name, value) < minimum) {
      throw HttpError.field(name, "must be greater than or equal to " + minimum);
    }
    return value;
  }

  /**
   * Checks that a text from a client is short and valid Unicode, and returns the text.
   *
   * @param location path to the text in the JSON body: names of fields and indices in lists
   * @throws HttpError with status 422 if the text is too long or contains half of a surrogate pair
   */
  public static String text(List<Object> location, String value) {
    if (value.length() > MAX_TEXT_LENGTH) {
      throw HttpError.unprocessable(
          location, "must have at most " + MAX_TEXT_LENGTH + " characters");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      throw HttpError.unprocessable(location, "contains half of a surrogate pair");
    }
    return value;
  }
}
