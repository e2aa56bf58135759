package perseus.model.transformer;

import java.util.ArrayList;
import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * First layer of GPT-3 and Bloom: looks up a vector per token.
 *
 * @param vocabulary number of tokens
 * @param hidden width of the vectors
 * @param normalized whether a layer normalization follows (Bloom)
 */
public record TokenEmbedding(int vocabulary, int hidden, boolean normalized) implements Layer {
  /** The parameter that holds the token vectors; a tied head shares it. */
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
