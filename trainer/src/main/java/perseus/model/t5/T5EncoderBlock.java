package perseus.model.t5;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * Self-attention and feed-forward network of T5's encoder.
 *
 * @param number its place among the encoder's blocks, from 0
 * @param shape the model's widths
 * @param last whether the encoder's final normalization follows
 */
public record T5EncoderBlock(int number, T5Shape shape, boolean last) implements Layer {
  @Override
  public String name() {
    return "encoder block " + number;
  }

  @Override
  public boolean isBlock() {
    return true;
  }

  @Override
  public Map<String, Integer> tensorParallelDimensions() {
    return shape.tensorParallelDimensions();
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
  public double outputBytes(Batch batch) {
    return shape.encoderBytes(batch);
  }
}
