package perseus.io;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonMappingException;

/**
 * Signals that the program refuses a JSON text. The message of a {@code JsonRefusal} is written for
 * the user. The class {@link JsonFiles} shows the message of a {@code JsonRefusal} unchanged.
 */
public final class JsonRefusal extends JsonMappingException {
  private static final long serialVersionUID = 1L;

  /**
   * @param in JSON parser that has just read the refused part of the JSON text
   * @param sentence description of the problem for the user, without a full stop at the end
   */
  public JsonRefusal(JsonParser in, String sentence) {
    super(in, sentence);
  }
}
