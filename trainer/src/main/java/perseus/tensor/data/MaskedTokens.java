package perseus.tensor.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Creates training examples for BERT's objective, which is to predict masked tokens (Devlin et al.,
 * 2019).
 *
 * <p>The model must predict 15 % of the tokens of a text. The mask token replaces 80 % of the
 * tokens to predict, a random token replaces 10 %, and 10 % stay unchanged. A training example for
 * BERT consists of two sequences: tokens and labels.
 *
 * @param vocabulary number of tokens in the vocabulary
 * @param mask index of the mask token in the vocabulary
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
    // Selection sampling chooses the positions at which the model must predict the token, so that
    // all sets of positions have the same probability.
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
