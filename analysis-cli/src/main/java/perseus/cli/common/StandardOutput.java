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
 * Writes to standard output, and stores the reason if writing fails. The class replaces {@link
 * System#out}, which does not store the reason why writing failed.
 */
final class StandardOutput extends OutputStream {
  /**
   * Character encoding of standard output. Since version 19, Java sets the system property {@code
   * stdout.encoding} to the encoding of standard output. Java versions before 19 set the system
   * property {@code sun.stdout.encoding} if standard output is a terminal.
   */
  private static final String ENCODING =
      System.getProperty(
          "stdout.encoding",
          System.getProperty("sun.stdout.encoding", Charset.defaultCharset().name()));

  private final OutputStream out =
      new BufferedOutputStream(new FileOutputStream(FileDescriptor.out));
  private IOException failure;

  /** Returns a writer to standard output that is flushed after every line. */
  PrintWriter writer() {
    return new PrintWriter(new OutputStreamWriter(this, Charset.forName(ENCODING)), true);
  }

  /**
   * Returns the reason why writing to standard output failed; null if writing did not fail. A
   * program such as {@code head} can close the pipe before it has read the whole output. If writing
   * failed because the pipe was closed, the method returns null.
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
      throw recorded(e);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw recorded(e);
    }
  }

  private IOException recorded(IOException e) {
    if (failure == null) {
      failure = e;
    }
    return e;
  }
}
