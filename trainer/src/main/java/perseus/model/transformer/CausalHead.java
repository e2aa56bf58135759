package perseus.model.transformer;

import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Head;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * Describes the last layer of GPT-3 and Bloom: a layer normalization, the logits, and the loss of
 * predicting the next token. The table of the token embedding is also the weight matrix that
 * computes the logits (tied weights).
 *
 * @param vocabulary number of tokens in the vocabulary
 * @param hidden number of elements of the vector that represents a token
 */
public record CausalHead(int vocabulary, int hidden) implements Head {
  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.whole("head.norm.weight", hidden),
        Parameter.whole("head.norm.bias", hidden),
        TokenEmbedding.table(vocabulary, hidden));
  }

  @Override
  public LayerWork work(Batch batch) {
    double logits = batch.elementsPerGpu(vocabulary);
    return new WorkTally()
        .matmul(logits, hidden)
        .passes(batch.elements(hidden), WorkTally.LAYER_NORM_FORWARD, WorkTally.LAYER_NORM_BACKWARD)
        // The loss does not use the last position of a sequence, so the forward copies the logits
        // of all earlier positions. The backward fills a gradient of all logits with zeros, and
        // then copies the gradient of the used logits into it.
        .passes(logits, WorkTally.MAP, 1 + WorkTally.MAP)
        .crossEntropy(logits)
        .gradients(this, batch)
        .of(this);
  }
}
