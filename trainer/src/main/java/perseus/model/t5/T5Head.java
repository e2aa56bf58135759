package perseus.model.t5;

import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * The decoder's final normalization, the vocabulary's logits by the shared embedding, and the loss.
 *
 * @param shape the model's widths
 */
public record T5Head(T5Shape shape) implements Layer {
  @Override
  public String name() {
    return "head";
  }

  @Override
  public boolean isRecomputed() {
    return false;
  }

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
        // Dropout, and the scaling that goes with a tied embedding.
        .passes(
            batch.elements(shape.hidden()),
            WorkTally.DROPOUT + WorkTally.MAP,
            WorkTally.DROPOUT + WorkTally.MAP)
        .matmul(logits, shape.hidden())
        .crossEntropy(logits)
        .gradients(this, batch)
        .of(this);
  }

  @Override
  public double outputBytes(Batch batch) {
    return 0;
  }
}
