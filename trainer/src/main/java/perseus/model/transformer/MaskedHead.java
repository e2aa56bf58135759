package perseus.model.transformer;

import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Head;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * BERT's last layer: a linear layer, GELU, a normalization, the logits of the vocabulary by the
 * tied embedding and a bias, and the loss of predicting masked tokens.
 *
 * @param vocabulary number of tokens
 * @param hidden width of a token's vector
 */
public record MaskedHead(int vocabulary, int hidden) implements Head {
  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.whole("head.transform.weight", hidden, hidden),
        Parameter.whole("head.transform.bias", hidden),
        Parameter.whole("head.norm.weight", hidden),
        Parameter.whole("head.norm.bias", hidden),
        TokenEmbedding.table(vocabulary, hidden),
        Parameter.split("head.bias", 0, vocabulary));
  }

  @Override
  public LayerWork work(Batch batch) {
    double vectors = batch.elements(hidden);
    double logits = batch.elementsPerGpu(vocabulary);
    return new WorkTally()
        .matmul(vectors, hidden)
        .matmul(logits, hidden)
        .passes(
            vectors,
            WorkTally.MAP + WorkTally.LAYER_NORM_FORWARD,
            WorkTally.ADD + WorkTally.LAYER_NORM_BACKWARD + WorkTally.BIAS_BACKWARD)
        .passes(logits, WorkTally.MAP, WorkTally.BIAS_BACKWARD) // the bias, in place
        .crossEntropy(logits)
        .gradients(this, batch)
        .of(this);
  }
}
