package perseus.tensor.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Creates training examples for T5's objective, which is to predict spans that were removed from a
 * text (Raffel et al., 2020).
 *
 * <p>To create an example, 15 % of the text is removed, in spans of three tokens. In the encoder's
 * sequence, a sentinel (a special token) replaces each removed span. Every removed span has a
 * different sentinel (special token). For each removed span, the decoder predicts the sentinel
 * (special token) and then the tokens of the span. After the last span, the decoder predicts one
 * more sentinel (special token). The remaining text and the sentinels (special tokens) fill the
 * encoder's sequence completely. The labels do not fill the decoder's sequence, so the decoder
 * predicts no tokens at the positions after the last label.
 *
 * <p>A training example for T5 consists of three sequences: tokens of the encoder, tokens of the
 * decoder, and labels.
 *
 * @param firstSentinel vocabulary index of the sentinel (special token) that replaces the first
 *     removed span. The sentinels (special tokens) of later spans have the indices {@code
 *     firstSentinel - 1}, {@code firstSentinel - 2}, and so on.
 */
record SpanCorruption(int firstSentinel) implements Objective {
  private static final int SPAN_TOKENS = 3;

  /**
   * Number of encoder tokens per removed span: 17 tokens of text and one sentinel. Of every 20
   * tokens of text, 17 tokens remain and 3 tokens are removed as one span.
   */
  private static final int ENCODER_TOKENS_PER_SPAN = 18;

  /**
   * Vocabulary index of the token at the start of the decoder's sequence, and at all positions
   * after the last label.
   */
  private static final long START = 0;

  private static int spans(int length) {
    return Math.max(1, length / ENCODER_TOKENS_PER_SPAN);
  }

  @Override
  public int textLength(int length) {
    return length + (SPAN_TOKENS - 1) * spans(length);
  }

  @Override
  public long[][] example(long[] text, int length, SplittableRandom random) {
    long[] encoder = new long[length];
    long[] labels = new long[length];
    Arrays.fill(labels, NO_LABEL);
    int spans = spans(length);
    int read = 0;
    int written = 0;
    int predicted = 0;
    for (int span = 0; span < spans; span++) {
      // The encoder's sequence is divided into parts of about equal length, each with one sentinel
      // (replacement of a removed span).
      int end = (int) ((long) length * (span + 1) / spans);
      int start = written + random.nextInt(end - written);
      while (written < start) {
        encoder[written++] = text[read++];
      }
      long sentinel = firstSentinel - span;
      encoder[written++] = sentinel;
      predicted = append(labels, predicted, sentinel);
      for (int i = 0; i < SPAN_TOKENS; i++) {
        predicted = append(labels, predicted, text[read++]);
      }
      while (written < end) {
        encoder[written++] = text[read++];
      }
    }
    append(labels, predicted, firstSentinel - spans);
    long[] decoder = new long[length];
    decoder[0] = START;
    for (int i = 1; i < length; i++) {
      decoder[i] = labels[i - 1] == NO_LABEL ? START : labels[i - 1];
    }
    return new long[][] {encoder, decoder, labels};
  }

  /**
   * Writes one label into the sequence of labels, unless the sequence is full. Returns the position
   * at which the next label will be written.
   */
  private static int append(long[] labels, int position, long token) {
    if (position < labels.length) {
      labels[position] = token;
    }
    return position + 1;
  }
}
