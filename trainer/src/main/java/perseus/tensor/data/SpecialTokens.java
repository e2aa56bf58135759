package perseus.tensor.data;

/**
 * Holds the vocabulary indices of the special tokens that replace words or spans of a text in
 * training examples.
 *
 * @param mask vocabulary index of the mask token. The mask token replaces a single token that the
 *     model must predict.
 * @param firstSentinel vocabulary index of the special token (sentinel) that replaces the first
 *     span that the model must predict. The sentinels (special tokens) of later spans have the
 *     indices {@code firstSentinel - 1}, {@code firstSentinel - 2}, and so on, as in T5's
 *     vocabulary.
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
