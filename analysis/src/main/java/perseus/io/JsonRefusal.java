package perseus.io;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonMappingException;

/**
 * Signals JSON text that the program refuses, with a message that was written for the user. {@link
 * JsonFiles} prints this message unchanged.
 */
public final class JsonRefusal extends JsonMappingException {
  private static final long serialVersionUID = 1L;

  /**
   * @param in parser at the place that is refused
   * @param sentence description of the problem at this place, without a full stop
   */
  public JsonRefusal(JsonParser in, String sentence) {
    super(in, sentence);
  }
}
