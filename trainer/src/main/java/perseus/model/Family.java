package perseus.model;

/**
 * Lists the families of models. All models of a family have the same architecture, but they have
 * different sizes.
 */
public enum Family {
  /**
   * A model of the family GPT3 has the architecture of GPT-2 (a decoder-only transformer) and one
   * of the sizes of GPT-3.
   */
  GPT3,
  /** A model of the family BERT is an encoder-only transformer that predicts masked tokens. */
  BERT,
  /**
   * A model of the family T5 is the encoder-decoder transformer T5 1.0 with relative position
   * biases.
   */
  T5,
  /** A model of the family BLOOM is a decoder-only transformer with ALiBi position biases. */
  BLOOM,
  /**
   * A model of the family WIDE_RESNET is a convolutional network: a ResNet whose residual
   * bottlenecks have wider inner convolutions.
   */
  WIDE_RESNET
}
