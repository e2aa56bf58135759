package perseus.tensor.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * To predict spans of a text that sentinels stand for (Raffel et al., 2020): spans of three tokens,
 * 15 % of the text. The encoder reads the text with a sentinel for each span, the decoder predicts
 * each sentinel and the span that it stands for, and one more sentinel at the end. The text is so
 * long that the encoder's sequence is full; the rest of the decoder's predicts nothing. Sequences:
 * the encoder's tokens, the decoder's tokens, labels.
 *
 * @param firstSentinel the first span's; each next one's is one less
 */
record SpanCorruption(int firstSentinel) implements Objective {
  private static final int SPAN = 3;

  /** Tokens of the encoder per span: 17 of text and the sentinel, so that 3 of 20 are hidden. */
  private static final int TOKENS_PER_SPAN = 18;

  /** What the decoder starts with. */
  private static final long START = 0;

  private static int spans(int length) {
    return Math.max(1, length / TOKENS_PER_SPAN);
  }

  @Override
  public int textLength(int length) {
    return length + (SPAN - 1) * spans(length);
  }

  @Override
  public long[][] example(long[] text, int length, SplittableRandom random) {
    long[] encoder = new long[length];
    long[] labels = new long[length];
    Arrays.fill(labels, NOTHING);
    int spans = spans(length);
    int read = 0;
    int written = 0;
    int said = 0;
    for (int span = 0; span < spans; span++) {
      // Each span lies somewhere within an equal part of the encoder's sequence.
      int end = (int) ((long) length * (span + 1) / spans);
      int start = written + random.nextInt(end - written);
      while (written < start) {
        encoder[written++] = text[read++];
      }
      long sentinel = firstSentinel - span;
      encoder[written++] = sentinel;
      said = say(labels, said, sentinel);
      for (int i = 0; i < SPAN; i++) {
        said = say(labels, said, text[read++]);
      }
      while (written < end) {
        encoder[written++] = text[read++];
      }
    }
    say(labels, said, firstSentinel - spans);
    long[] decoder = new long[length];
    decoder[0] = START;
    for (int i = 1; i < length; i++) {
      decoder[i] = labels[i - 1] == NOTHING ? START : labels[i - 1];
    }
    return new long[][] {encoder, decoder, labels};
  }

  private static int say(long[] labels, int place, long token) {
    if (place < labels.length) {
      labels[place] = token;
    }
    return place + 1;
  }
}
