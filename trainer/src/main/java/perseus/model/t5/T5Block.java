package perseus.model.t5;

import java.util.Map;
import perseus.model.layer.Layer;

/**
 * Defines the properties that T5's repeated layers have in common. The repeated layers of T5 are
 * the encoder blocks and the two halves of the decoder blocks.
 */
interface T5Block extends Layer {
  /**
   * Returns the widths of the T5 model (vocabulary, token vectors, heads, feed-forward network).
   */
  T5Shape shape();

  @Override
  default boolean isBlock() {
    return true;
  }

  @Override
  default Map<String, Integer> tensorParallelDimensions() {
    return Map.of("attention heads", shape().heads(), "feed-forward units", shape().feedForward());
  }
}
