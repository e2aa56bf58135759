package perseus.model;

/** An architecture that several models of different sizes have in common. */
public enum Family {
  /** Decoder-only transformer of GPT-2, with the sizes of GPT-3. */
  GPT3,
  /** Encoder-only transformer that predicts masked tokens. */
  BERT,
  /** Encoder-decoder transformer of T5 1.0, with relative position biases. */
  T5,
  /** Decoder-only transformer with ALiBi position biases. */
  BLOOM,
  /** Convolutional network of residual bottlenecks with widened inner convolutions. */
  WIDE_RESNET
}
