package perseus.tensor.data;

/** Where sequences of tokens come from. */
interface TokenSource {
  /**
   * Fills a sequence with tokens; equal samples give equal tokens.
   *
   * @param sample its number in the training run, from 0
   */
  void read(long sample, long[] tokens);
}
