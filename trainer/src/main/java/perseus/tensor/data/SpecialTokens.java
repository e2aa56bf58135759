package perseus.tensor.data;

/**
 * Holds the numbers of the tokens that replace parts of a text in training examples.
 *
 * @param mask number of the token that replaces a single token which the model must predict
 * @param firstSentinel number of the token (sentinel) that replaces the first span which the model
 *     must predict; each later sentinel has a number that is lower by 1, as in T5's vocabulary
 */
record SpecialTokens(int mask, int firstSentinel) {
  /**
   * Returns the last token of a vocabulary both as the mask token and as the first sentinel. If the
   * tokens are the bytes of a text, the last tokens of the vocabulary do not occur in the text. In
   * random data, the last tokens of the vocabulary may occur, which does no harm.
   */
  static SpecialTokens last(int vocabulary) {
    return new SpecialTokens(vocabulary - 1, vocabulary - 1);
  }
}
