package perseus.tensor.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import perseus.io.UserError;
import perseus.random.SplitMix;

/**
 * Provides token sequences from random positions of a text. If a sequence is longer than the text,
 * the text is repeated.
 */
final class TextTokens implements TokenSource {
  private static final long MAX_FILE_BYTES = 1L << 30;

  private final Path file;
  private final int[] text;
  private final long seed;

  private TextTokens(Path file, int[] text, long seed) {
    this.file = file;
    this.text = text;
    this.seed = seed;
  }

  /**
   * Creates a source of token sequences from the tokens of a text.
   *
   * @param file the file that contained the text, for error messages
   * @param seed seed from which the random positions in the text are generated
   * @throws UserError if the text contains no tokens
   */
  static TextTokens of(Path file, int[] text, long seed) {
    if (text.length == 0) {
      throw new UserError("The text file %s is empty.".formatted(file));
    }
    return new TextTokens(file, text, seed);
  }

  /**
   * Creates a source of token sequences that uses the bytes of a text file as tokens.
   *
   * @throws UserError if the text file is empty, larger than 1 GiB, or cannot be read
   */
  static TextTokens bytes(Path file, long seed) {
    byte[] bytes = readAll(file);
    int[] tokens = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      tokens[i] = Byte.toUnsignedInt(bytes[i]);
    }
    return of(file, tokens, seed);
  }

  /**
   * Reads a text file into memory.
   *
   * @throws UserError if the text file is larger than 1 GiB or cannot be read
   */
  static byte[] readAll(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_FILE_BYTES) {
        throw new UserError(
            "The text file %s has %d bytes, but at most %d fit, because it is held in memory; train on a part of it."
                .formatted(file, size, MAX_FILE_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UserError("Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Checks that a model's vocabulary contains all tokens of the text.
   *
   * @param vocabulary number of tokens in the model's vocabulary
   * @param model name of the model, for the error message
   * @throws UserError if a token of the text is not in the model's vocabulary
   */
  void requireWithin(int vocabulary, String model) {
    for (int token : text) {
      if (token >= vocabulary) {
        throw new UserError(
            "The text %s contains the token %d, but %s has a vocabulary of %d tokens; use a tokenizer with fewer tokens or another model."
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
