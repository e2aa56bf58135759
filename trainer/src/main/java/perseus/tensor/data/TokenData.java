package perseus.tensor.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import perseus.model.layer.Batch;
import perseus.random.SplitMix;

/**
 * Combines training examples of a text into microbatches. An example has two or three sequences,
 * such as tokens and labels. A microbatch has one int64 tensor of the shape (samples, tokens) for
 * each of these sequences.
 *
 * @param source source of the tokens from which the examples are created
 * @param objective training objective, which creates examples from the text
 * @param batch sizes of a microbatch (samples, tokens)
 * @param seed seed of the objective's random choices
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
      // The source of the tokens uses the seed itself. The complement of the seed gives the
      // objective different random numbers.
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
