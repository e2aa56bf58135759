package perseus.model.t5;

import java.util.Map;
import perseus.model.layer.Layer;

/** Common part of T5's repeated layers: encoder blocks, and the two halves of decoder blocks. */
interface T5Block extends Layer {
  /** The model's widths. */
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
