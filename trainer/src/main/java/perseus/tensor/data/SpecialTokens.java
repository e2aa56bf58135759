package perseus.tensor.data;

/**
 * Holds the numbers of the tokens that replace parts of a text in training examples.
 *
 * @param mask token that replaces a single token which the model must predict
 * @param firstSentinel token that replaces the first span which the model must predict; each later
 *     sentinel has a number that is lower by 1, as in T5's vocabulary
 */
record SpecialTokens(int mask, int firstSentinel) {
  /**
   * Returns the last token of a vocabulary as mask and as first sentinel. Bytes of a text do not
   * use the last tokens. In random data, a collision with a special token does no harm.
   */
  static SpecialTokens last(int vocabulary) {
    return new SpecialTokens(vocabulary - 1, vocabulary - 1);
  }
}
