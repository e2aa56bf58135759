package perseus.cli.common;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;

/**
 * Standard output, which remembers why it could not be written: {@link System#out} knows only
 * whether.
 */
final class StandardOutput extends OutputStream {
  /**
   * Where Java keeps the encoding of standard output: since version 19, and before on terminals.
   */
  private static final String ENCODING =
      System.getProperty(
          "stdout.encoding",
          System.getProperty("sun.stdout.encoding", Charset.defaultCharset().name()));

  private final OutputStream out =
      new BufferedOutputStream(new FileOutputStream(FileDescriptor.out));
  private IOException failure;

  /** Text to standard output, flushed line by line. */
  PrintWriter writer() {
    return new PrintWriter(new OutputStreamWriter(this, Charset.forName(ENCODING)), true);
  }

  /**
   * Why what was printed is not there, in words; null where it is, or where nobody wants to read on
   * ({@code | head}).
   */
  String failure() {
    if (failure == null || "Broken pipe".equals(failure.getMessage())) {
      return null;
    }
    return failure.getMessage();
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw remembered(e);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw remembered(e);
    }
  }

  private IOException remembered(IOException e) {
    if (failure == null) {
      failure = e;
    }
    return e;
  }
}
