package perseus.io;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonMappingException;

/**
 * A parser's exception whose message was written for the user. {@link JsonFiles} prints that
 * message unchanged.
 */
public final class JsonRefusal extends JsonMappingException {
  private static final long serialVersionUID = 1L;

  /**
   * @param in parser at the place that is refused
   * @param sentence what is wrong there, without a full stop
   */
  public JsonRefusal(JsonParser in, String sentence) {
    super(in, sentence);
  }
}
