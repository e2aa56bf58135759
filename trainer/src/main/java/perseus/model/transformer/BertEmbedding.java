package perseus.model.transformer;

import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * Describes the first layer of BERT: the sum of token, position and segment vectors, a layer
 * normalization, and dropout.
 *
 * @param vocabulary number of tokens in the vocabulary
 * @param positions maximum number of tokens in a sequence
 * @param hidden number of elements of each token, position or segment vector
 */
public record BertEmbedding(int vocabulary, int positions, int hidden) implements Layer {
  private static final int SEGMENTS = 2;

  @Override
  public String name() {
    return "embedding";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        TokenEmbedding.table(vocabulary, hidden),
        Parameter.whole("embedding.positions.weight", positions, hidden),
        Parameter.whole("embedding.segments.weight", SEGMENTS, hidden),
        Parameter.whole("embedding.norm.weight", hidden),
        Parameter.whole("embedding.norm.bias", hidden));
  }

  @Override
  public LayerWork work(Batch batch) {
    return new WorkTally()
        .lookup(batch, TokenEmbedding.table(vocabulary, hidden))
        // Counts the lookup of the segment vectors, two sums of vectors, a layer normalization and
        // dropout.
        .passes(
            batch.elements(hidden),
            WorkTally.MAP + 2 * WorkTally.ADD + WorkTally.LAYER_NORM_FORWARD + WorkTally.DROPOUT,
            WorkTally.MAP + WorkTally.LAYER_NORM_BACKWARD + WorkTally.DROPOUT)
        .gradients(this, batch)
        .of(this);
  }

  @Override
  public List<long[]> outputShapes(Batch batch) {
    return List.of(batch.vectorShape(hidden));
  }
}
