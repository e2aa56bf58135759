package perseus.tensor.data;

import java.util.SplittableRandom;
import perseus.random.SplitMix;

/**
 * Generates random token sequences, in which all tokens of the vocabulary have the same
 * probability.
 *
 * @param vocabulary number of tokens in the vocabulary
 * @param seed seed from which all random tokens are generated
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
