package perseus.tensor.data;

/**
 * Tokens that stand for something else.
 *
 * @param mask takes the place of a token that is to be predicted
 * @param firstSentinel takes the place of the first span that is to be predicted; the next one's is
 *     one less, as T5 numbers them
 */
record SpecialTokens(int mask, int firstSentinel) {
  /** The last tokens of a vocabulary, where bytes and random tokens leave room or do not mind. */
  static SpecialTokens last(int vocabulary) {
    return new SpecialTokens(vocabulary - 1, vocabulary - 1);
  }
}
