package perseus.io;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * Builds JSON mappers that refuse text after the end of the value, and two fields of the same name
 * in one object.
 */
public final class StrictJson {
  private StrictJson() {}

  /** Returns a builder for a strict JSON mapper. */
  public static JsonMapper.Builder builder() {
    return JsonMapper.builder()
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION);
  }
}
