package perseus.tensor.data;

import java.util.SplittableRandom;
import perseus.random.SplitMix;

/**
 * Generates random tokens. All tokens have the same probability.
 *
 * @param vocabulary number of tokens in the vocabulary
 * @param seed seed of the random tokens
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
