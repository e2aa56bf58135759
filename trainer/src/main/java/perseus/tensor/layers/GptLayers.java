package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import perseus.model.transformer.CausalHead;
import perseus.model.transformer.PositionEmbedding;
import perseus.model.transformer.TokenEmbedding;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.parameter.StageParameters;

/**
 * Creates the layers of GPT-3 and Bloom before and after the transformer blocks. The training data
 * of a microbatch for GPT-3 or Bloom are two tensors: tokens and labels.
 */
public final class GptLayers {
  private GptLayers() {}

  /**
   * Creates the first layer of GPT-3 or Bloom, which looks up the token vectors. In Bloom, the
   * first layer also normalizes the token vectors.
   */
  public static TensorLayer of(TokenEmbedding layer, StageParameters parameters) {
    VocabularyTable table = VocabularyTable.of(parameters);
    if (!layer.normalized()) {
      return (tape, activations, data) -> new NDList(table.embed(tape, data.get(0)));
    }
    Norm norm = Norm.of(parameters, "embedding.norm");
    return (tape, activations, data) ->
        new NDList(norm.apply(tape, table.embed(tape, data.get(0))));
  }

  /** Creates the second layer of GPT-3, which adds position vectors to the token vectors. */
  public static TensorLayer of(PositionEmbedding layer, StageParameters parameters) {
    LocalParameter positions = parameters.get("embedding.positions.weight");
    return (tape, activations, data) -> {
      NDArray x = activations.get(0);
      NDIndex used = new NDIndex("0:{}", x.getShape().get(1));
      NDArray vectors = tape.call("type_as", tape.own(positions.value().get(used)), x);
      return new NDList(x.add(vectors));
    };
  }

  /**
   * Creates the last layer of GPT-3 or Bloom, which applies a layer normalization and computes the
   * logits and the loss.
   */
  public static TensorLayer of(CausalHead layer, StageParameters parameters) {
    Norm norm = Norm.of(parameters, "head.norm");
    VocabularyTable table = VocabularyTable.of(parameters);
    return (tape, activations, data) -> {
      NDArray x = tape.copyToGroup(norm.apply(tape, activations.get(0)));
      return new NDList(table.crossEntropy(tape, x, null, data.get(1)));
    };
  }
}
