package perseus.model.layer;

import java.util.List;

/** The last layer of a model: it computes the loss and hands no tensor to another layer. */
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
