package perseus.model.t5;

import java.util.List;
import java.util.Map;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * The second half of a T5 decoder block.
 *
 * @param number its block's place in the decoder, from 0
 * @param shape the model's widths
 */
public record T5DecoderFeedForward(int number, T5Shape shape) implements Layer {
  @Override
  public String name() {
    return "decoder block " + number + " feed-forward";
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
    return shape.feedForward("decoder" + number + ".feedforward");
  }

  @Override
  public LayerWork work(Batch batch) {
    WorkTally tally = new WorkTally();
    shape.tallyFeedForward(tally, batch);
    return tally.gradients(this, batch).of(this);
  }

  @Override
  public double outputBytes(Batch batch) {
    return shape.decoderBytes(batch);
  }
}
