package perseus.tensor.data;

import java.util.SplittableRandom;

/**
 * Defines a training objective by how it creates training examples (inputs and labels) from a text.
 * Each objective is one implementation of this interface.
 */
interface Objective {
  /** Label of a position at which the model predicts no token. */
  long NO_LABEL = -1;

  /** Returns the number of tokens of text from which one example is created. */
  int textLength(int length);

  /**
   * Creates one training example.
   *
   * @param text tokens of the text; the array has {@code textLength(length)} elements
   * @param length number of tokens in each sequence of the example
   * @param random source of all random choices
   * @return sequences of {@code length} tokens each: the inputs, then the labels
   */
  long[][] example(long[] text, int length, SplittableRandom random);
}
