package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import perseus.model.transformer.BertEmbedding;
import perseus.model.transformer.MaskedHead;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.parameter.StageParameters;

/**
 * Creates the first and the last layer of BERT. The training data of a microbatch for BERT are two
 * tensors: tokens and labels. All tokens belong to the first of BERT's two segments.
 */
public final class BertLayers {
  private BertLayers() {}

  /**
   * Creates the first layer of BERT, which adds token, position and segment vectors and applies a
   * layer normalization.
   */
  public static TensorLayer of(BertEmbedding layer, StageParameters parameters) {
    VocabularyTable table = VocabularyTable.of(parameters);
    LocalParameter positions = parameters.get("embedding.positions.weight");
    LocalParameter segments = parameters.get("embedding.segments.weight");
    Norm norm = Norm.ofBert(parameters, "embedding.norm");
    return (tape, activations, data) -> {
      NDArray tokens = data.get(0);
      NDIndex used = new NDIndex("0:{}", tokens.getShape().get(1));
      NDArray position = tape.own(positions.value().get(used));
      NDArray segment = tape.own(segments.value().get(new NDIndex("0:1")));
      NDArray x = table.embed(tape, tokens);
      NDArray added = tape.call("type_as", tape.own(position.add(segment)), x);
      return new NDList(norm.apply(tape, x.add(added)));
    };
  }

  /**
   * Creates the last layer of BERT, which applies a linear layer, GELU and a layer normalization,
   * and computes the logits and the loss.
   */
  public static TensorLayer of(MaskedHead layer, StageParameters parameters) {
    Linear transform = Linear.of(parameters, "head.transform");
    Norm norm = Norm.ofBert(parameters, "head.norm");
    VocabularyTable table = VocabularyTable.of(parameters);
    LocalParameter bias = parameters.get("head.bias");
    return (tape, activations, data) -> {
      NDArray transformed = Gelu.EXACT.apply(tape, transform.apply(tape, activations.get(0)));
      NDArray x = tape.copyToGroup(norm.apply(tape, transformed));
      return new NDList(table.crossEntropy(tape, x, bias, data.get(1)));
    };
  }
}
