package perseus.model.transformer;

import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Head;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * Describes the last layer of BERT: a linear layer, GELU, a layer normalization, the logits, and
 * the loss of predicting masked tokens. The table of the token embedding is also the weight matrix
 * that computes the logits (tied weights). The head of BERT also adds a bias to the logits.
 *
 * @param vocabulary number of tokens in the vocabulary
 * @param hidden number of elements of the vector that represents a token
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
        // Counts the addition of the bias to the logits, in place.
        .passes(logits, WorkTally.MAP, WorkTally.BIAS_BACKWARD)
        .crossEntropy(logits)
        .gradients(this, batch)
        .of(this);
  }
}
