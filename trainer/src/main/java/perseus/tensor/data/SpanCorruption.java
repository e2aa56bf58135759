package perseus.tensor.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * T5's objective: predict spans that were cut out of a text (Raffel et al., 2020).
 *
 * <p>15 % of the text is cut out, in spans of three tokens. The encoder reads the text with one
 * sentinel token in place of each span. The decoder predicts each sentinel followed by its span,
 * and one more sentinel at the end. The text is long enough to fill the encoder's sequence; at the
 * remaining positions of the decoder's sequence nothing is predicted.
 *
 * <p>An example has three sequences: tokens of the encoder, tokens of the decoder, labels.
 *
 * @param firstSentinel sentinel of the first span; each following sentinel is one less
 */
record SpanCorruption(int firstSentinel) implements Objective {
  private static final int SPAN_TOKENS = 3;

  /** Encoder tokens per span: 17 of text and the sentinel, so that 3 of 20 tokens are cut out. */
  private static final int ENCODER_TOKENS_PER_SPAN = 18;

  /** The decoder's first token, also used where nothing is predicted. */
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
      // The encoder's sequence is divided into equal parts, with one span in each.
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

  /** Writes a label unless the sequence is full; returns the next position. */
  private static int append(long[] labels, int position, long token) {
    if (position < labels.length) {
      labels[position] = token;
    }
    return position + 1;
  }
}
