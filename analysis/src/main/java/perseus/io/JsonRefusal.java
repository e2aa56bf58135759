package perseus.io;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonMappingException;

/** What a reader of JSON refuses, in its own words. */
public final class JsonRefusal extends JsonMappingException {
  private static final long serialVersionUID = 1L;

  /**
   * @param in where it is
   * @param sentence what is wrong there, without a full stop
   */
  public JsonRefusal(JsonParser in, String sentence) {
    super(in, sentence);
  }
}
