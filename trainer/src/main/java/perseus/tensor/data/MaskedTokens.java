package perseus.tensor.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * To predict masked tokens (Devlin et al., 2019): of the 15 % that are chosen, 80 % become the
 * mask, 10 % a random token, 10 % stay. Sequences: tokens, labels.
 *
 * @param vocabulary number of tokens
 * @param mask the mask
 */
record MaskedTokens(int vocabulary, int mask) implements Objective {
  private static final double CHOSEN = 0.15;

  @Override
  public int textLength(int length) {
    return length;
  }

  @Override
  public long[][] example(long[] text, int length, SplittableRandom random) {
    long[] tokens = text.clone();
    long[] labels = new long[length];
    Arrays.fill(labels, NOTHING);
    int open = Math.max(1, (int) Math.round(CHOSEN * length));
    // Selection sampling: each place is chosen with the probability that the rest still needs.
    for (int place = 0; open > 0; place++) {
      if (random.nextInt(length - place) < open) {
        labels[place] = tokens[place];
        int fate = random.nextInt(10);
        if (fate < 8) {
          tokens[place] = mask;
        } else if (fate == 8) {
          tokens[place] = random.nextInt(vocabulary);
        }
        open--;
      }
    }
    return new long[][] {tokens, labels};
  }
}
