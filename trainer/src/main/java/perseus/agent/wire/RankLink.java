package perseus.agent.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import perseus.io.UserError;

/**
 * Holds the connection to one recorder (the library that reports the instructions of a rank). Each
 * message is one line of JSON. Only one thread may read messages, but several threads may send
 * messages at the same time.
 */
public final class RankLink implements AutoCloseable {
  private static final int MAX_LINE_BYTES = 1 << 16;

  private final SocketChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).flip();

  RankLink(SocketChannel channel) {
    this.channel = channel;
  }

  /**
   * Waits for the first message of the recorder.
   *
   * @throws UserError if the message is not a {@link Hello} of a version that the agent understands
   */
  public Hello readHello() throws IOException {
    String line = readLine();
    if (line == null) {
      throw new IOException("The connection was closed before the hello.");
    }
    try {
      JsonNode message = Report.JSON.readTree(line);
      return Hello.of(message);
    } catch (JsonProcessingException e) {
      throw new UserError("The first message is not JSON.", e);
    }
  }

  /**
   * Waits for the next message and returns its line; null if the connection has ended. A last line
   * without a line feed is incomplete and is dropped.
   */
  public String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    while (true) {
      while (buffer.hasRemaining()) {
        byte next = buffer.get();
        if (next == '\n') {
          return line.toString(StandardCharsets.UTF_8);
        }
        if (line.size() == MAX_LINE_BYTES) {
          throw new IOException("A message is longer than %d bytes.".formatted(MAX_LINE_BYTES));
        }
        line.write(next);
      }
      buffer.clear();
      int read = channel.read(buffer);
      buffer.flip();
      if (read < 0) {
        return null;
      }
    }
  }

  /**
   * Sends a message, which is one line of JSON. If the connection has ended, the message is
   * dropped.
   */
  public void send(String json) {
    ByteBuffer bytes = ByteBuffer.wrap((json + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      synchronized (this) {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
    } catch (IOException e) {
      // The error is not reported here, because the thread that reads messages notices that the
      // connection has ended.
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // A failure to close the connection has no effect, because no code uses the connection any
      // more.
    }
  }
}
