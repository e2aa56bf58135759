package perseus.model.layer;

import java.util.List;

/**
 * Describes a head: the last layer of a model, which computes the loss and outputs no tensor for
 * another layer. A layer class implements this interface if the layer consists only of a head.
 */
public interface Head extends Layer {
  @Override
  default String name() {
    return "head";
  }

  @Override
  default boolean isRecomputed() {
    return false;
  }

  @Override
  default List<long[]> outputShapes(Batch batch) {
    return List.of();
  }
}
