package perseus.tensor.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Creates training examples for the objective of GPT-3 and Bloom, which is to predict the next
 * token at each position. A training example for GPT-3 or Bloom consists of two sequences: tokens
 * and labels.
 */
record NextToken() implements Objective {
  @Override
  public int textLength(int length) {
    return length + 1;
  }

  @Override
  public long[][] example(long[] text, int length, SplittableRandom random) {
    return new long[][] {Arrays.copyOf(text, length), Arrays.copyOfRange(text, 1, length + 1)};
  }
}
