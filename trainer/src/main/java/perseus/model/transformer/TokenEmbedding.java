package perseus.model.transformer;

import java.util.ArrayList;
import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * Describes the first layer of GPT-3 and Bloom, which looks up a vector for each token.
 *
 * @param vocabulary number of tokens in the vocabulary
 * @param hidden number of elements of each token vector
 * @param normalized true if a layer normalization follows the lookup of the token vectors, as in
 *     Bloom
 */
public record TokenEmbedding(int vocabulary, int hidden, boolean normalized) implements Layer {
  /**
   * Returns the parameter that holds the table of token vectors. A head with tied weights also uses
   * the table of token vectors.
   */
  public static Parameter table(int vocabulary, int hidden) {
    return Parameter.split("embedding.tokens.weight", 0, vocabulary, hidden);
  }

  @Override
  public String name() {
    return "token embedding";
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(table(vocabulary, hidden));
    if (normalized) {
      parameters.add(Parameter.whole("embedding.norm.weight", hidden));
      parameters.add(Parameter.whole("embedding.norm.bias", hidden));
    }
    return List.copyOf(parameters);
  }

  @Override
  public LayerWork work(Batch batch) {
    WorkTally tally =
        new WorkTally().lookup(batch, table(vocabulary, hidden)).gradients(this, batch);
    if (normalized) {
      tally.passes(
          batch.elements(hidden), WorkTally.LAYER_NORM_FORWARD, WorkTally.LAYER_NORM_BACKWARD);
    }
    return tally.of(this);
  }

  @Override
  public List<long[]> outputShapes(Batch batch) {
    return List.of(batch.vectorShape(hidden));
  }
}
