package perseus.tensor.data;

/** Defines a source of token sequences, such as a text or random tokens. */
interface TokenSource {
  /**
   * Fills an array with the tokens of one sample. Two calls with the same sample index and the same
   * array length give the same tokens.
   *
   * @param sample index of the sample in the training run; the first sample has the index 0
   * @param tokens array that this method fills completely
   */
  void read(long sample, long[] tokens);
}
