package perseus.tensor.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import perseus.io.UserError;
import perseus.tensor.runtime.SplitMix;

/** Windows of a text at random places; a window that is longer than the text begins it again. */
final class TextTokens implements TokenSource {
  private static final long LARGEST_FILE = 1L << 30;

  private final Path file;
  private final int[] text;
  private final long seed;

  private TextTokens(Path file, int[] text, long seed) {
    this.file = file;
    this.text = text;
    this.seed = seed;
  }

  /**
   * A text of tokens.
   *
   * @param file where they come from, for messages
   * @throws UserError if there are none
   */
  static TextTokens of(Path file, int[] text, long seed) {
    if (text.length == 0) {
      throw new UserError("%s is empty; there is nothing to train on.".formatted(file));
    }
    return new TextTokens(file, text, seed);
  }

  /**
   * A file's bytes as tokens.
   *
   * @throws UserError if it cannot be read or is empty
   */
  static TextTokens bytes(Path file, long seed) {
    byte[] bytes = readAll(file);
    int[] tokens = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      tokens[i] = Byte.toUnsignedInt(bytes[i]);
    }
    return of(file, tokens, seed);
  }

  static byte[] readAll(Path file) {
    try {
      long size = Files.size(file);
      if (size > LARGEST_FILE) {
        throw new UserError(
            "%s has %d bytes, but a text is held in memory and may have %d; train on a part of it."
                .formatted(file, size, LARGEST_FILE));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UserError("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Checks that a model knows all tokens.
   *
   * @throws UserError if it does not
   */
  void requireWithin(int vocabulary, String model) {
    for (int token : text) {
      if (token >= vocabulary) {
        throw new UserError(
            "%s has the token %d, but %s has a vocabulary of %d; use a tokenizer with fewer tokens, or another model."
                .formatted(file, token, model, vocabulary));
      }
    }
  }

  @Override
  public void read(long sample, long[] tokens) {
    int starts = Math.max(1, text.length - tokens.length + 1);
    int start = (int) Long.remainderUnsigned(SplitMix.at(seed, sample), starts);
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = text[(start + i) % text.length];
    }
  }
}
