package perseus.io;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonMappingException;

/**
 * Signals that the program refuses a JSON text. The message of this exception was written for the
 * user. The error of {@link JsonFiles} contains this message unchanged.
 */
public final class JsonRefusal extends JsonMappingException {
  private static final long serialVersionUID = 1L;

  /**
   * @param in parser, which is at the place of the problem
   * @param sentence description of the problem at this place, without a full stop
   */
  public JsonRefusal(JsonParser in, String sentence) {
    super(in, sentence);
  }
}
