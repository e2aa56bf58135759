package perseus.io;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Opens text files that people write with their own programs. A Unicode byte order mark before text
 * in UTF-8 is skipped. The class refuses files in other forms, such as compressed files, with an
 * error that names the form.
 */
public final class TextFiles {
  /** Number of bytes at the start of a file that {@link #requireText} needs. */
  public static final int LONGEST_START = 4;

  /** Lists forms of files that users give by mistake, with the bytes at the start of such files. */
  private enum OtherForm {
    GZIP("compressed with gzip; unpack it first, such as with gunzip", 0x1F, 0x8B),
    ZSTD("compressed with zstd; unpack it first, such as with unzstd", 0x28, 0xB5, 0x2F, 0xFD),
    ZIP("a zip archive or a spreadsheet such as .xlsx; export it as text in UTF-8", 'P', 'K', 3, 4),
    UTF16_LITTLE("text in UTF-16; save it in UTF-8", 0xFF, 0xFE),
    UTF16_BIG("text in UTF-16; save it in UTF-8", 0xFE, 0xFF);

    private final String explanation;
    private final int[] start;

    OtherForm(String explanation, int... start) {
      this.explanation = explanation;
      this.start = start;
    }

    static Optional<OtherForm> of(byte[] bytes) {
      return Arrays.stream(values()).filter(form -> startsWith(bytes, form.start)).findFirst();
    }
  }

  private TextFiles() {}

  /**
   * Opens a text file in UTF-8. If the file has a byte order mark, the returned reader starts after
   * this mark.
   *
   * @throws IOException if the file cannot be opened; the returned reader throws an IOException if
   *     the file is not text in UTF-8
   * @throws UserError if the file is compressed or in UTF-16
   */
  public static BufferedReader open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file));
    try {
      in.mark(LONGEST_START);
      byte[] start = in.readNBytes(LONGEST_START);
      in.reset();
      requireText(file, start);
      if (startsWith(start, 0xEF, 0xBB, 0xBF)) {
        in.skipNBytes(3);
      }
      return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
    } catch (IOException | UserError e) {
      in.close();
      throw e;
    }
  }

  /**
   * Refuses a file in a known form other than text in UTF-8.
   *
   * @param start the first {@link #LONGEST_START} bytes of the file, or all bytes of a shorter file
   * @throws UserError if the file is compressed or in UTF-16
   */
  public static void requireText(Path file, byte[] start) {
    OtherForm.of(start)
        .ifPresent(
            form -> {
              throw new UserError("%s is %s.".formatted(file, form.explanation));
            });
  }

  /**
   * Returns the contents of a text file in UTF-8, without its byte order mark.
   *
   * @throws IOException if the file cannot be read, or is not text in UTF-8
   * @throws UserError if the file is compressed or in UTF-16
   */
  public static String read(Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    try (BufferedReader in = open(file)) {
      char[] part = new char[1 << 13];
      for (int length = in.read(part); length >= 0; length = in.read(part)) {
        text.append(part, 0, length);
      }
    }
    return text.toString();
  }

  private static boolean startsWith(byte[] bytes, int... start) {
    for (int i = 0; i < start.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xFF) != start[i]) {
        return false;
      }
    }
    return true;
  }
}
