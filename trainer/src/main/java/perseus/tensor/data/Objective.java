package perseus.tensor.data;

import java.util.SplittableRandom;

/**
 * Defines a training objective: the way in which training examples (inputs and labels) are created
 * from a text. Each training objective is one class that implements this interface.
 */
interface Objective {
  /** Label of a position at which the model must predict no token. */
  long NO_LABEL = -1;

  /**
   * Returns the number of text tokens that are needed to create one training example with {@code
   * length} tokens per sequence.
   */
  int textLength(int length);

  /**
   * Creates one training example from the tokens of a text.
   *
   * @param text tokens of the text from which the example is created; the array has {@code
   *     textLength(length)} elements
   * @param length number of tokens in each sequence of the training example
   * @param random source of the random numbers for all random choices
   * @return the sequences of the example, each with {@code length} tokens; the last sequence
   *     contains the labels, and all others contain inputs
   */
  long[][] example(long[] text, int length, SplittableRandom random);
}
