package perseus.control.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A client that sends whatever bytes it likes, well-formed or not. */
final class RawClient implements AutoCloseable {
  private final Socket socket;

  RawClient(PlanServer server) throws IOException {
    this.socket = new Socket("127.0.0.1", server.port());
    socket.setSoTimeout(50_000);
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** A POST of JSON, and nothing after it on this connection. */
  static String post(String path, String body) {
    return "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(path, body.getBytes(StandardCharsets.UTF_8).length, body);
  }

  /**
   * Sends a text over and over, a byte every so often, until the server hangs up.
   *
   * @return what the server has said
   */
  String trickle(String text, long everyMillis) throws InterruptedException {
    try {
      for (int i = 0; socket.getInputStream().available() == 0; i = (i + 1) % text.length()) {
        send(text.substring(i, i + 1));
        Thread.sleep(everyMillis);
      }
    } catch (IOException e) {
      // It has hung up.
    }
    return untilClosed();
  }

  /** Everything that comes until the server hangs up. */
  String untilClosed() {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    try {
      InputStream in = socket.getInputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        received.write(next);
      }
    } catch (SocketException e) {
      // Reset: it has hung up while we were sending.
    } catch (IOException e) {
      throw new IllegalStateException("The server does not hang up.", e);
    }
    return received.toString(StandardCharsets.UTF_8);
  }

  /** What comes first, at least a byte of it. */
  String first() throws IOException {
    byte[] bytes = new byte[1 << 16];
    int length = socket.getInputStream().read(bytes);
    return length < 0 ? "" : new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
