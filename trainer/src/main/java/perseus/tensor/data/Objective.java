package perseus.tensor.data;

import java.util.SplittableRandom;

/** What a model learns to predict in a text. */
interface Objective {
  /** The label of a place where nothing is to be predicted. */
  long NOTHING = -1;

  /** How many tokens of text make an example of {@code length} tokens. */
  int textLength(int length);

  /**
   * Makes an example.
   *
   * @param text tokens, as many as {@link #textLength} says
   * @param random decides what is left open
   * @return sequences of {@code length} tokens: inputs, then labels
   */
  long[][] example(long[] text, int length, SplittableRandom random);
}
