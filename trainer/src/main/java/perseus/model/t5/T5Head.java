package perseus.model.t5;

import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Head;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * Describes the last layer of T5: the final normalization of the decoder, the logits for each token
 * of the vocabulary, and the loss. The table of token vectors, which the embedding uses too, is the
 * weight matrix that computes the logits.
 *
 * @param shape widths of the T5 model (vocabulary, token vectors, heads, feed-forward network)
 */
public record T5Head(T5Shape shape) implements Head {
  @Override
  public List<Parameter> parameters() {
    return List.of(shape.norm("decoder.final"), shape.table());
  }

  @Override
  public LayerWork work(Batch batch) {
    double logits = batch.elementsPerGpu(shape.vocabulary());
    WorkTally tally = new WorkTally();
    shape.tallyNorm(tally, batch);
    return tally
        // Counts dropout and the scaling of the token vectors. The token vectors must be scaled
        // because the head and the embedding share one table (tied weights).
        .passes(
            batch.elements(shape.hidden()),
            WorkTally.DROPOUT + WorkTally.MAP,
            WorkTally.DROPOUT + WorkTally.MAP)
        .matmul(logits, shape.hidden())
        .crossEntropy(logits)
        .gradients(this, batch)
        .of(this);
  }
}
