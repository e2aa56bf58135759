package perseus.agent;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Plays the recorder of one rank. Its instructions take almost no time. */
final class FakeRecorder implements AutoCloseable {
  private final SocketChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 20).flip();
  private final Deque<String> lines = new ArrayDeque<>();
  private final StringBuilder partial = new StringBuilder();
  private int iterations;

  /**
   * Connects to the agent and sends the first message. The agent's answer is the first line that
   * {@link #read} returns.
   */
  FakeRecorder(Path socket, String hello) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
    send(hello);
  }

  /**
   * Returns the first message of a rank whose job has one pipeline, with one stage on each rank.
   */
  static String hello(int rank, int ranks) {
    return "{\"v\":1,\"rank\":%d,\"world_size\":%d,\"pp\":%d,\"framework\":\"test\"}"
        .formatted(rank, ranks, ranks);
  }

  void send(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * Reports instructions, each as a text such as {@code forward 0}, and then the end of the
   * iteration.
   */
  void iteration(String... instructions) throws IOException {
    instructions(instructions);
    send(
        "{\"iteration\":%d,\"start\":%.6f,\"time\":%.6f}"
            .formatted(++iterations, now() - 0.001, now()));
  }

  /** Reports instructions without the end of an iteration. */
  void instructions(String... instructions) throws IOException {
    for (String instruction : instructions) {
      String[] words = instruction.split(" ");
      send("{\"i\":[\"%s\",%s,%.6f,%.6f]}".formatted(words[0], words[1], now() - 1e-5, now()));
    }
  }

  /**
   * Waits until the agent has read all earlier messages of this recorder. To do so, the method asks
   * when an instruction ends on a simulated GPU. The agent answers the messages of a recorder in
   * their order.
   */
  void awaitRead() throws IOException {
    send("{\"stretch\":[\"forward\",0,%.6f,%.6f]}".formatted(now() - 1e-5, now()));
    await("\"until\"");
  }

  private static double now() {
    return System.currentTimeMillis() / 1e3;
  }

  /** Waits for the next line from the agent; null at the end of the connection. */
  String read() throws IOException {
    while (lines.isEmpty()) {
      buffer.clear();
      if (channel.read(buffer) < 0) {
        return null;
      }
      partial.append(StandardCharsets.UTF_8.decode(buffer.flip()));
      for (int end = partial.indexOf("\n"); end >= 0; end = partial.indexOf("\n")) {
        lines.add(partial.substring(0, end));
        partial.delete(0, end + 1);
      }
    }
    return lines.poll();
  }

  /** Waits for the next line that contains a text, and returns the line. */
  String await(String text) throws IOException {
    List<String> read = new ArrayList<>();
    for (String line = read(); line != null; line = read()) {
      read.add(line);
      if (line.contains(text)) {
        return line;
      }
    }
    throw new AssertionError("No line with " + text + " in " + read);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
