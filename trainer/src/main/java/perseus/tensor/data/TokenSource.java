package perseus.tensor.data;

/** A source of token sequences. */
interface TokenSource {
  /**
   * Fills a sequence with tokens. Calls with the same sample and length give the same tokens.
   *
   * @param sample number of the sample in the training run, from 0
   * @param tokens filled completely
   */
  void read(long sample, long[] tokens);
}
