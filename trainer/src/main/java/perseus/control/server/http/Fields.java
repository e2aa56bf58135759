package perseus.control.server.http;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Checks the values of a body's fields, with errors that name the field. */
public final class Fields {
  /** Maximum length of a text that the server keeps, in UTF-16 characters. */
  private static final int MAX_TEXT_LENGTH = 1000;

  private Fields() {}

  /**
   * Returns a value that must be present.
   *
   * @throws HttpError 422 if it is null
   */
  public static <T> T required(String name, T value) {
    if (value == null) {
      throw HttpError.field(name, "field required");
    }
    return value;
  }

  /**
   * Returns a number that must be present and not too small.
   *
   * @throws HttpError 422 if it is null or below {@code minimum}
   */
  public static int integer(String name, Integer value, int minimum) {
    if (required(name, value) < minimum) {
      throw HttpError.field(name, "must be greater than or equal to " + minimum);
    }
    return value;
  }

  /**
   * Returns a text that must be short and valid Unicode, so that it can be kept and written to any
   * file.
   *
   * @param location where the text is in the body
   * @throws HttpError 422 if it is too long or contains half of a surrogate pair
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
