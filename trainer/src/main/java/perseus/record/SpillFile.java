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
 * Rows of numbers that pile up in a small buffer and spill into a file. The file is open only while
 * it spills: a run may write thousands of them at once.
 */
final class SpillFile {
  private static final int BUFFER_BYTES = 16 * 1024;
  private static final int LONGEST_FIELD = 24;

  private final Path file;
  private final byte[] digits = new byte[LONGEST_FIELD];
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

  /** Appends {@code scaled / 10^decimals} with all its decimals. */
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

  private void put(byte value) {
    if (length == buffer.length) {
      if (length < BUFFER_BYTES) {
        buffer = Arrays.copyOf(buffer, Math.min(BUFFER_BYTES, 2 * length));
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
          "The recording cannot be written into "
              + file.getParent()
              + ": "
              + AtomicFiles.reason(e)
              + ".",
          e);
    }
    length = 0;
  }

  /** Appends everything to {@code out} and lets go of the file. */
  void moveTo(OutputStream out) throws IOException {
    if (Files.exists(file)) {
      Files.copy(file, out);
      Files.delete(file);
    }
    out.write(buffer, 0, length);
    length = 0;
  }
}
