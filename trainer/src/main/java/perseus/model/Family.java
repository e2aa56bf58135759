package perseus.model;

/** An architecture that models of several sizes share. */
public enum Family {
  /** GPT-2's decoder-only transformer, as GPT-3 scales it. */
  GPT3,
  /** Encoder-only transformer that predicts masked tokens. */
  BERT,
  /** T5 1.0's encoder-decoder transformer with relative position biases. */
  T5,
  /** Decoder-only transformer with ALiBi position biases. */
  BLOOM,
  /** Convolutional network of bottlenecks whose inner convolutions are widened. */
  WIDE_RESNET
}
