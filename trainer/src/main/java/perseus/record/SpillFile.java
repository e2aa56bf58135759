package perseus.record;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import perseus.io.AtomicFiles;
import perseus.io.UserError;

/**
 * Collects rows of a log in a small buffer. When the buffer is full, its rows are appended to a
 * temporary file. The temporary file is open only while rows are appended to it, because a run may
 * have thousands of temporary files.
 */
final class SpillFile {
  private static final int MAX_BUFFER_BYTES = 16 * 1024;
  private static final int MAX_DIGITS = 24;

  private final Path file;
  private final byte[] digits = new byte[MAX_DIGITS];
  private byte[] buffer = new byte[512];
  private int length;

  SpillFile(Path file) {
    this.file = file;
  }

  void text(String ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      put((byte) ascii.charAt(i));
    }
  }

  /**
   * Appends the number {@code scaled / 10^decimals} as text, with {@code decimals} digits after the
   * decimal point.
   */
  void decimal(long scaled, int decimals) {
    long rest = Math.abs(scaled);
    int count = 0;
    while (count <= decimals || rest > 0) {
      digits[count++] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    if (scaled < 0) {
      put((byte) '-');
    }
    for (int i = count - 1; i >= 0; i--) {
      put(digits[i]);
      if (i == decimals && decimals > 0) {
        put((byte) '.');
      }
    }
  }

  /** Returns true if no row has been appended. */
  boolean isEmpty() {
    return length == 0 && !Files.exists(file);
  }

  private void put(byte value) {
    if (length == buffer.length) {
      if (length < MAX_BUFFER_BYTES) {
        buffer = Arrays.copyOf(buffer, Math.min(MAX_BUFFER_BYTES, 2 * length));
      } else {
        spill();
      }
    }
    buffer[length++] = value;
  }

  private void spill() {
    try (OutputStream out =
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      out.write(buffer, 0, length);
    } catch (IOException e) {
      throw new UserError(
          "The recording cannot be written to "
              + file.getParent()
              + ": "
              + AtomicFiles.reason(e)
              + ".",
          e);
    }
    length = 0;
  }

  /** Writes all rows to a stream, and then removes the temporary file. */
  void drainTo(OutputStream out) throws IOException {
    if (Files.exists(file)) {
      Files.copy(file, out);
      Files.delete(file);
    }
    out.write(buffer, 0, length);
    length = 0;
  }
}
