package perseus.tensor.data;

import java.util.SplittableRandom;

/** Creates training examples (inputs and labels) from a text, for one training objective. */
interface Objective {
  /** Label of a position at which the model predicts no token. */
  long NO_LABEL = -1;

  /**
   * Returns the number of text tokens that an example with sequences of {@code length} tokens
   * needs.
   */
  int textLength(int length);

  /**
   * Creates one training example.
   *
   * @param text tokens of the text; their number is {@link #textLength}
   * @param length number of tokens in each sequence of the example
   * @param random source of all random choices
   * @return sequences of {@code length} tokens each: the inputs, then the labels
   */
  long[][] example(long[] text, int length, SplittableRandom random);
}
