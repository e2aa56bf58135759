package perseus.tensor.data;

import java.util.SplittableRandom;
import perseus.random.SplitMix;

/**
 * Random tokens, all with the same probability.
 *
 * @param vocabulary number of tokens in the vocabulary
 * @param seed seed of the tokens
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
