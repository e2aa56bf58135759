package perseus.io;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * Builds JSON mappers that refuse text which JSON libraries usually ignore: anything after the end
 * of the value, and a second field of the same name in an object.
 */
public final class StrictJson {
  private StrictJson() {}

  /** Returns a builder, to which further settings can be added. */
  public static JsonMapper.Builder builder() {
    return JsonMapper.builder()
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION);
  }
}
