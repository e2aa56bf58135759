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
 * Holds the connection to one recorder. Messages are lines of JSON. One thread reads; several
 * threads may write.
 */
public final class RankLink implements AutoCloseable {
  private static final int MAX_LINE_BYTES = 1 << 16;

  private final SocketChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).flip();

  RankLink(SocketChannel channel) {
    this.channel = channel;
  }

  /**
   * Waits for the recorder's first message.
   *
   * @throws UserError if it is not a hello of a version that this agent understands
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

  /** Waits for the next line; null at the end of the connection. A cut last line is dropped. */
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

  /** Sends a message, one line of JSON. If the recorder is gone, nothing happens. */
  public void send(String json) {
    ByteBuffer bytes = ByteBuffer.wrap((json + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      synchronized (this) {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
    } catch (IOException e) {
      // The thread that reads notices that the recorder is gone.
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing is lost: the connection is not used any more.
    }
  }
}
