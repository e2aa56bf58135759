package perseus.gpu.clock;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import perseus.wire.Daemon;

/** Answers HTTP/1.1 requests at a Unix socket, for tests. */
final class UnixHttpServer implements AutoCloseable {
  /**
   * Holds a request.
   *
   * @param line method and target of the request
   * @param authorization value of the header Authorization
   */
  record Request(String line, String authorization, String body) {}

  /**
   * Holds an answer. If the status is negative, the server closes the connection without an answer.
   */
  record Answer(int status, String body) {}

  private final Path socket;
  private final ServerSocketChannel server;
  private final Function<Request, Answer> answers;
  final List<Request> requests = Collections.synchronizedList(new ArrayList<>());

  UnixHttpServer(Path socket, Function<Request, Answer> answers) throws IOException {
    this.socket = socket;
    this.answers = answers;
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Daemon.start(this::accept, "accepts connections of a test");
  }

  Path socket() {
    return socket;
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel connection = server.accept();
        Daemon.start(() -> serve(connection), "answers requests of a test");
      }
    } catch (IOException e) {
      // The server was closed.
    }
  }

  private void serve(SocketChannel connection) {
    try (connection) {
      InputStream input = Channels.newInputStream(connection);
      OutputStream output = Channels.newOutputStream(connection);
      while (true) {
        String line = line(input);
        String authorization = "";
        int length = 0;
        for (String header = line(input); !header.isEmpty(); header = line(input)) {
          String name = header.substring(0, header.indexOf(':')).toLowerCase(Locale.ROOT);
          String value = header.substring(header.indexOf(':') + 1).strip();
          if (name.equals("content-length")) {
            length = Integer.parseInt(value);
          } else if (name.equals("authorization")) {
            authorization = value;
          }
        }
        String body = new String(input.readNBytes(length), StandardCharsets.UTF_8);
        Request request = new Request(line.replaceFirst(" HTTP/1.1$", ""), authorization, body);
        requests.add(request);
        Answer answer = answers.apply(request);
        if (answer.status() < 0) {
          return;
        }
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        output.write(
            "HTTP/1.1 %d x\r\nContent-Length: %d\r\n\r\n"
                .formatted(answer.status(), bytes.length)
                .getBytes(StandardCharsets.UTF_8));
        output.write(bytes);
      }
    } catch (IOException e) {
      // The client has closed the connection.
    }
  }

  private static String line(InputStream input) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = input.read();
    while (next != '\n') {
      if (next < 0) {
        throw new IOException("The connection has ended.");
      }
      line.write(next);
      next = input.read();
    }
    return line.toString(StandardCharsets.UTF_8).replace("\r", "");
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
