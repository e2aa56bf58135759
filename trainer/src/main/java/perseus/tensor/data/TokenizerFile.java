package perseus.tensor.data;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;
import perseus.io.UserError;
import perseus.tensor.runtime.DjlRuntime;

/**
 * Reads a Hugging Face tokenizer from its file {@code tokenizer.json}, and turns text files into
 * tokens with this tokenizer.
 */
final class TokenizerFile implements AutoCloseable {
  /** Approximate number of characters of text that one call of the tokenizer turns into tokens. */
  private static final int CHUNK_CHARACTERS = 1 << 16;

  private final HuggingFaceTokenizer tokenizer;

  private TokenizerFile(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Reads a tokenizer from a file {@code tokenizer.json}.
   *
   * @throws UserError if the file does not contain a tokenizer or cannot be read
   */
  static TokenizerFile open(Path file) {
    DjlRuntime.prepare();
    try {
      return new TokenizerFile(
          HuggingFaceTokenizer.newInstance(
              file,
              Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false")));
    } catch (IOException | RuntimeException e) {
      throw new UserError("%s is not a tokenizer.json: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Turns a text file into tokens. The tokenizer processes the text in pieces. Each piece of the
   * text ends at the end of a line if possible.
   *
   * @return the tokens of the whole text
   * @throws UserError if the text file is too large or cannot be read
   */
  int[] encode(Path file) {
    String text = new String(TextTokens.readAll(file), StandardCharsets.UTF_8);
    int[] tokens = new int[text.length() / 3 + 16];
    int count = 0;
    int from = 0;
    while (from < text.length()) {
      int end =
          text.length() - from <= CHUNK_CHARACTERS
              ? text.length()
              : text.indexOf('\n', from + CHUNK_CHARACTERS) + 1;
      end = end <= from ? text.length() : end;
      long[] ids = encode(text.substring(from, end));
      if (count + ids.length > tokens.length) {
        tokens = Arrays.copyOf(tokens, Math.max(2 * tokens.length, count + ids.length));
      }
      for (long id : ids) {
        tokens[count++] = (int) id;
      }
      from = end;
    }
    return Arrays.copyOf(tokens, count);
  }

  /**
   * Returns the mask token and the first sentinel token (replacement of a removed span) of the
   * tokenizer. If the tokenizer has no mask token or no sentinel token, the last token of the
   * vocabulary is used instead.
   *
   * @param vocabulary number of tokens in the model's vocabulary
   */
  SpecialTokens specialTokens(int vocabulary) {
    SpecialTokens last = SpecialTokens.last(vocabulary);
    return new SpecialTokens(
        idOf(last.mask(), "[MASK]", "<mask>"), idOf(last.firstSentinel(), "<extra_id_0>"));
  }

  private int idOf(int otherwise, String... spellings) {
    return Arrays.stream(spellings)
        .map(this::encode)
        .filter(ids -> ids.length == 1)
        .flatMapToLong(LongStream::of)
        .mapToInt(id -> (int) id)
        .findFirst()
        .orElse(otherwise);
  }

  private long[] encode(String text) {
    return tokenizer.encode(text, false, false).getIds();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
