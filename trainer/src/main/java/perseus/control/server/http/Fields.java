package perseus.control.server.http;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Checks the values of the fields of a JSON body. Each error names the wrong field. */
public final class Fields {
  /** Maximum length of a text that the server stores, in UTF-16 characters. */
  private static final int MAX_TEXT_LENGTH = 1000;

  private Fields() {}

  /**
   * Returns the value of a field that must be present.
   *
   * @throws HttpError 422 if the value is null
   */
  public static <T> T required(String name, T value) {
    if (value == null) {
      throw HttpError.field(name, "field required");
    }
    return value;
  }

  /**
   * Returns the number in a field that must be present and must not be too small.
   *
   * @throws HttpError 422 if the value is null or below {@code minimum}
   */
  public static int integer(String name, Integer value, int minimum) {
    if (required(name, value) < minimum) {
      throw HttpError.field(name, "must be greater than or equal to " + minimum);
    }
    return value;
  }

  /**
   * Checks that a text is short and valid Unicode, and returns it. The server can store such a text
   * and write it to a file.
   *
   * @param location position of the text in the body, as names of fields and indices
   * @throws HttpError 422 if the text is too long or contains half of a surrogate pair
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
