package perseus.model.t5;

import java.util.ArrayList;
import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * Describes a block of T5's encoder: self-attention and a feed-forward network.
 *
 * @param number index of the block in the encoder, counted from 0
 * @param shape widths of the T5 model (vocabulary, token vectors, heads, feed-forward network)
 * @param last true if this block is the last block of the encoder, which also contains the
 *     encoder's final normalization
 */
public record T5EncoderBlock(int number, T5Shape shape, boolean last) implements T5Block {
  @Override
  public String name() {
    return "encoder block " + number;
  }

  @Override
  public List<Parameter> parameters() {
    String prefix = "encoder" + number;
    List<Parameter> parameters = new ArrayList<>(shape.attention(prefix + ".attention"));
    parameters.addAll(shape.feedForward(prefix + ".feedforward"));
    parameters.add(shape.relativeBias("encoder"));
    if (last) {
      parameters.add(shape.norm("encoder.final"));
    }
    return List.copyOf(parameters);
  }

  @Override
  public LayerWork work(Batch batch) {
    WorkTally tally = new WorkTally();
    shape.tallyAttention(tally, batch);
    shape.tallyFeedForward(tally, batch);
    if (last) {
      shape.tallyNorm(tally, batch);
      tally.passes(batch.elements(shape.hidden()), WorkTally.DROPOUT, WorkTally.DROPOUT);
    }
    return tally.gradients(this, batch).of(this);
  }

  @Override
  public List<long[]> outputShapes(Batch batch) {
    return shape.encoderShapes(batch);
  }

  @Override
  public double outputBytes(Batch batch) {
    return shape.encoderBytes(batch);
  }
}
