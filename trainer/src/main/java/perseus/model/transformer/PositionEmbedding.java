package perseus.model.transformer;

import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * Describes the second layer of GPT-3, which adds a learned vector for each position to the token
 * vectors and then applies dropout.
 *
 * @param positions maximum number of tokens in a sequence
 * @param hidden number of elements of each token or position vector
 */
public record PositionEmbedding(int positions, int hidden) implements Layer {
  @Override
  public String name() {
    return "position embedding";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(Parameter.whole("embedding.positions.weight", positions, hidden));
  }

  @Override
  public LayerWork work(Batch batch) {
    return new WorkTally()
        .passes(batch.elements(hidden), WorkTally.ADD + WorkTally.DROPOUT, WorkTally.DROPOUT)
        .gradients(this, batch)
        .of(this);
  }

  @Override
  public List<long[]> outputShapes(Batch batch) {
    return List.of(batch.vectorShape(hidden));
  }
}
