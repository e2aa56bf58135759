package perseus.control.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** Client that can send any bytes, for example malformed requests. */
final class RawClient implements AutoCloseable {
  private final Socket socket;

  RawClient(PlanServer server) throws IOException {
    this.socket = new Socket("127.0.0.1", server.uri().getPort());
    socket.setSoTimeout(50_000);
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /**
   * Returns the text of a POST request with a JSON body. After this request, the server closes the
   * connection.
   */
  static String post(String path, String body) {
    return "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(path, body.getBytes(StandardCharsets.UTF_8).length, body);
  }

  /**
   * Sends a text byte by byte with pauses, again and again, until the server answers or closes the
   * connection.
   *
   * @return the server's answer
   */
  String trickle(String text, long everyMillis) throws InterruptedException {
    try {
      for (int i = 0; socket.getInputStream().available() == 0; i = (i + 1) % text.length()) {
        send(text.substring(i, i + 1));
        Thread.sleep(everyMillis);
      }
    } catch (IOException e) {
      // The server has closed the connection.
    }
    return untilClosed();
  }

  /** Returns all bytes that the server sends before it closes the connection. */
  String untilClosed() {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    try {
      InputStream in = socket.getInputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        received.write(next);
      }
    } catch (SocketException e) {
      // The server has closed the connection while this client was sending.
    } catch (IOException e) {
      throw new IllegalStateException("The server does not close the connection.", e);
    }
    return received.toString(StandardCharsets.UTF_8);
  }

  /** Waits for an answer and returns its first bytes. */
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
