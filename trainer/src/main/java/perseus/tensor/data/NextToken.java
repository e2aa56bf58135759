package perseus.tensor.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/** To predict each next token. Sequences: tokens, labels. */
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
