package perseus.model.t5;

import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * Describes the second half of a block of T5's decoder: a feed-forward network.
 *
 * @param number index of the block in the decoder, counted from 0
 * @param shape widths of the T5 model (vocabulary, token vectors, heads, feed-forward network)
 */
public record T5DecoderFeedForward(int number, T5Shape shape) implements T5Block {
  @Override
  public String name() {
    return "decoder block " + number + " feed-forward";
  }

  @Override
  public List<Parameter> parameters() {
    return shape.feedForward("decoder" + number + ".feedforward");
  }

  @Override
  public LayerWork work(Batch batch) {
    WorkTally tally = new WorkTally();
    shape.tallyFeedForward(tally, batch);
    return tally.gradients(this, batch).of(this);
  }

  @Override
  public List<long[]> outputShapes(Batch batch) {
    return shape.decoderShapes(batch);
  }
}
