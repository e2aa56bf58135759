package perseus.tensor.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import perseus.model.layer.Batch;
import perseus.random.SplitMix;

/**
 * Combines training examples of a text into microbatches. A training example has two or three
 * sequences, such as tokens and labels. For each sequence of the examples, a microbatch has one
 * int64 tensor of the shape (samples, tokens).
 *
 * @param source source of the tokens from which the training examples are created
 * @param objective training objective, which creates the training examples from the tokens
 * @param batch sizes of a microbatch (samples, tokens)
 * @param seed seed from which the random choices of the training objective are generated
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
      // The training objective uses the bitwise complement of the seed, because the token source
      // uses the seed itself.
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
