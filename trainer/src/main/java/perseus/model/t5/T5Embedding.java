package perseus.model.t5;

import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * Describes the first layer of T5, which looks up the vectors of the encoder's tokens and then
 * applies dropout.
 *
 * @param shape widths of the T5 model (vocabulary, token vectors, heads, feed-forward network)
 */
public record T5Embedding(T5Shape shape) implements Layer {
  @Override
  public String name() {
    return "embedding";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(shape.table());
  }

  @Override
  public LayerWork work(Batch batch) {
    return new WorkTally()
        .lookup(batch, shape.table())
        .passes(batch.elements(shape.hidden()), WorkTally.DROPOUT, WorkTally.DROPOUT)
        .gradients(this, batch)
        .of(this);
  }

  @Override
  public List<long[]> outputShapes(Batch batch) {
    return shape.encoderShapes(batch);
  }

  @Override
  public double outputBytes(Batch batch) {
    return shape.encoderBytes(batch);
  }
}
