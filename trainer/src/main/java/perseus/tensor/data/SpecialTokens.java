package perseus.tensor.data;

/**
 * Tokens that replace parts of a text in training examples.
 *
 * @param mask replaces a token that is predicted
 * @param firstSentinel replaces the first span that is predicted; each following sentinel is one
 *     less, as in T5's vocabulary
 */
record SpecialTokens(int mask, int firstSentinel) {
  /**
   * The last tokens of a vocabulary. Bytes of a text do not use them; in random data a collision
   * does no harm.
   */
  static SpecialTokens last(int vocabulary) {
    return new SpecialTokens(vocabulary - 1, vocabulary - 1);
  }
}
