package perseus.model.t5;

import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Head;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * Describes the last layer of T5: the final normalization of the decoder, the logits for each token
 * of the vocabulary, and the loss. The shared embedding table is the weight matrix that computes
 * the logits.
 *
 * @param shape the widths of the model
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
        // These passes are for dropout, and for the scaling that a tied embedding needs.
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
