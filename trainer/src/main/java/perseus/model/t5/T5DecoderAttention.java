package perseus.model.t5;

import java.util.ArrayList;
import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * Describes the first half of a block of T5's decoder: self-attention, followed by cross-attention
 * to the encoder's output. In the first block of the decoder, this layer also looks up the vectors
 * of the decoder's tokens.
 *
 * @param number index of the block in the decoder, counted from 0
 * @param shape widths of the T5 model (vocabulary, token vectors, heads, feed-forward network)
 */
public record T5DecoderAttention(int number, T5Shape shape) implements T5Block {
  @Override
  public String name() {
    return "decoder block " + number + " attention";
  }

  @Override
  public List<Parameter> parameters() {
    String prefix = "decoder" + number;
    List<Parameter> parameters = new ArrayList<>();
    if (number == 0) {
      parameters.add(shape.table());
    }
    parameters.addAll(shape.attention(prefix + ".attention"));
    parameters.addAll(shape.attention(prefix + ".cross_attention"));
    parameters.add(shape.relativeBias("decoder"));
    return List.copyOf(parameters);
  }

  @Override
  public LayerWork work(Batch batch) {
    WorkTally tally = new WorkTally();
    if (number == 0) {
      tally
          .lookup(batch, shape.table())
          .passes(batch.elements(shape.hidden()), WorkTally.DROPOUT, WorkTally.DROPOUT);
    }
    shape.tallyAttention(tally, batch);
    shape.tallyAttention(tally, batch);
    return tally.gradients(this, batch).of(this);
  }

  @Override
  public List<long[]> outputShapes(Batch batch) {
    return shape.decoderShapes(batch);
  }
}
