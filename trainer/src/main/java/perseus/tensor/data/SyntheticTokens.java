package perseus.tensor.data;

import java.util.SplittableRandom;
import perseus.tensor.runtime.SplitMix;

/**
 * Tokens at random, all equally likely: there is nothing to learn.
 *
 * @param vocabulary number of tokens
 */
record SyntheticTokens(int vocabulary, long seed) implements TokenSource {
  @Override
  public void read(long sample, long[] tokens) {
    SplittableRandom random = SplitMix.random(seed, sample);
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = random.nextInt(vocabulary);
    }
  }
}
