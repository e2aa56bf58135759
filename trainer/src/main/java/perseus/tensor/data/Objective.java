package perseus.tensor.data;

import java.util.SplittableRandom;

/** A training objective for text: makes inputs and labels from tokens. */
interface Objective {
  /** Label of a position at which nothing is predicted. */
  long NO_LABEL = -1;

  /** Number of tokens of text from which an example of {@code length} tokens is made. */
  int textLength(int length);

  /**
   * Makes an example.
   *
   * @param text {@link #textLength} tokens
   * @param length tokens of each sequence of the example
   * @param random source of all random choices
   * @return sequences of {@code length} tokens each: the inputs, then the labels
   */
  long[][] example(long[] text, int length, SplittableRandom random);
}
