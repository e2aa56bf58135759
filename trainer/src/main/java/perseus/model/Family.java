package perseus.model;

/**
 * Lists the architectures of models. Several models of different sizes have the same architecture.
 */
public enum Family {
  /** The decoder-only transformer of GPT-2, with the sizes of GPT-3. */
  GPT3,
  /** The encoder-only transformer that predicts masked tokens. */
  BERT,
  /** The encoder-decoder transformer of T5 1.0, with relative position biases. */
  T5,
  /** The decoder-only transformer with ALiBi position biases. */
  BLOOM,
  /**
   * The convolutional network Wide-ResNet: a ResNet whose residual bottlenecks have wider inner
   * convolutions.
   */
  WIDE_RESNET
}
