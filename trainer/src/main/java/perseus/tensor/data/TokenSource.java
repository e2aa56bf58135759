package perseus.tensor.data;

/** Defines a source of token sequences, such as a text or random tokens. */
interface TokenSource {
  /**
   * Fills an array with the tokens of one sample. Calls with the same sample number and the same
   * array length give the same tokens.
   *
   * @param sample number of the sample in the training run, counted from 0
   * @param tokens array that this method fills completely
   */
  void read(long sample, long[] tokens);
}
