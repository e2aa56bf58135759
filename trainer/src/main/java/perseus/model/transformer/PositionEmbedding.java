package perseus.model.transformer;

import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * Second layer of GPT-3: adds a learned vector per position to the token vectors, then applies
 * dropout.
 *
 * @param positions maximum tokens of a sequence
 * @param hidden width of the vectors
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
