package perseus.wire;

import java.io.Closeable;
import java.io.IOException;

/** Closes sockets and channels that are no longer needed. */
public final class Sockets {
  private Sockets() {}

  /** Closes a socket or channel and ignores a failure, after which it cannot be used either. */
  public static void close(Closeable connection) {
    try {
      connection.close();
    } catch (IOException e) {
      // Nobody reads from this connection or writes to it any more.
    }
  }
}
