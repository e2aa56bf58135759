package perseus.tensor.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import perseus.model.layer.Batch;
import perseus.tensor.runtime.SplitMix;

/**
 * Microbatches of an objective's examples: its sequences, each (samples, tokens), int64.
 *
 * @param source where the text comes from
 * @param objective what is predicted
 * @param batch the shape of a microbatch
 * @param seed of what the objective leaves open
 */
record TokenData(TokenSource source, Objective objective, Batch batch, long seed)
    implements TrainingData {
  @Override
  public NDList microbatch(long index, NDManager manager) {
    int samples = batch.microbatchSize();
    int length = batch.sequenceLength();
    long[] text = new long[objective.textLength(length)];
    long[][] joined = null;
    for (int i = 0; i < samples; i++) {
      long sample = index * samples + i;
      source.read(sample, text);
      // Not the numbers that chose the text.
      long[][] example = objective.example(text, length, SplitMix.random(~seed, sample));
      joined = joined == null ? new long[example.length][samples * length] : joined;
      for (int sequence = 0; sequence < example.length; sequence++) {
        System.arraycopy(example[sequence], 0, joined[sequence], i * length, length);
      }
    }
    NDList data = new NDList(joined.length);
    for (long[] sequence : joined) {
      data.add(manager.create(sequence, new Shape(samples, length)));
    }
    return data;
  }
}
