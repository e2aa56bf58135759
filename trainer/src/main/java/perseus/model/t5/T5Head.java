package perseus.model.t5;

import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Head;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * T5's last layer: the decoder's final normalization, the logits of the vocabulary by the shared
 * embedding, and the loss.
 *
 * @param shape the model's widths
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
        // Dropout, and the scaling that a tied embedding needs.
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
