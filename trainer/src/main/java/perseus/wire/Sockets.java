package perseus.wire;

import java.io.Closeable;
import java.io.IOException;

/** Closes sockets and channels that are no longer needed. */
public final class Sockets {
  private Sockets() {}

  /** Closes a socket or channel, and ignores a failure to close it. */
  public static void close(Closeable connection) {
    try {
      connection.close();
    } catch (IOException e) {
      // A failure to close the connection is ignored, because no code uses the connection any more.
    }
  }
}
