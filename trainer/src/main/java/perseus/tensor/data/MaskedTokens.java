package perseus.tensor.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * BERT's objective: predict masked tokens (Devlin et al., 2019).
 *
 * <p>15 % of the tokens are predicted. Of these, 80 % are replaced by the mask, 10 % by a random
 * token, and 10 % stay. An example has two sequences: tokens and labels.
 *
 * @param vocabulary number of tokens in the vocabulary
 * @param mask the mask token
 */
record MaskedTokens(int vocabulary, int mask) implements Objective {
  private static final double PREDICTED_SHARE = 0.15;

  @Override
  public int textLength(int length) {
    return length;
  }

  @Override
  public long[][] example(long[] text, int length, SplittableRandom random) {
    long[] tokens = text.clone();
    long[] labels = new long[length];
    Arrays.fill(labels, NO_LABEL);
    int remaining = Math.max(1, (int) Math.round(PREDICTED_SHARE * length));
    // Selection sampling: a position is chosen with the probability (choices that remain) /
    // (positions that remain), which gives every subset the same probability.
    for (int position = 0; remaining > 0; position++) {
      if (random.nextInt(length - position) < remaining) {
        labels[position] = tokens[position];
        int tenth = random.nextInt(10);
        if (tenth < 8) {
          tokens[position] = mask;
        } else if (tenth == 8) {
          tokens[position] = random.nextInt(vocabulary);
        }
        remaining--;
      }
    }
    return new long[][] {tokens, labels};
  }
}
