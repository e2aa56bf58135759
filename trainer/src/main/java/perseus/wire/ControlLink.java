package perseus.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/**
 * Sends and receives JSON messages over an authenticated connection. Before each JSON message, the
 * length of the message in bytes is sent.
 */
public final class ControlLink implements AutoCloseable {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

  /**
   * A JSON message has at most {@code MAX_MESSAGE_BYTES} bytes. A frequency schedule with thousands
   * of microbatches is smaller than {@code MAX_MESSAGE_BYTES}.
   */
  private static final int MAX_MESSAGE_BYTES = 256 << 20;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  /**
   * Creates a link that sends and receives JSON messages over an open connection.
   *
   * @param socket a connection on which the {@link Handshake} has succeeded
   */
  public ControlLink(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    this.in = new DataInputStream(socket.getInputStream());
    this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
  }

  /**
   * Connects to another process of the job and authenticates the two processes to each other.
   *
   * @throws Handshake.RefusedException if the process at the given address does not belong to the
   *     job
   * @throws IOException if no process answers before the deadline
   */
  public static ControlLink connect(
      InetSocketAddress address, Handshake.Role role, JobSecret secret, Deadline deadline)
      throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(address, deadline.remainingMillis());
      Handshake.call(socket, role, secret);
      return new ControlLink(socket);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Limits how long {@link #read} waits for a message. If no message arrives within the time limit,
   * {@code read} throws an exception.
   *
   * @param limit the longest time to wait for a message, or {@link Duration#ZERO} for no limit
   */
  public void setReadTimeout(Duration limit) throws IOException {
    socket.setSoTimeout((int) limit.toMillis());
  }

  /**
   * Returns the local IP address of the connection. The process at the other end of the connection
   * can reach this host at the returned address.
   */
  public InetAddress localAddress() {
    return socket.getLocalAddress();
  }

  /** Returns the IP address of the host at the other end of the connection. */
  public InetAddress remoteAddress() {
    return socket.getInetAddress();
  }

  /** Returns the port number of the process at the other end of the connection. */
  public int remotePort() {
    return socket.getPort();
  }

  /** Sends a JSON message. Several threads may call {@code send} at the same time. */
  public void send(Object message) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(message);
    synchronized (out) {
      out.writeInt(bytes.length);
      out.write(bytes);
      out.flush();
    }
  }

  /**
   * Waits for the next message and returns this message. Only one thread at a time may read
   * messages from a link.
   *
   * @throws IOException if the connection ends, no message arrives within the time limit, or the
   *     message does not have the given type
   */
  public <T> T read(Class<T> type) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MAX_MESSAGE_BYTES) {
      throw new IOException("the other side announces a message of %d bytes".formatted(length));
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("the connection ended within a message");
    }
    try {
      return JSON.readValue(bytes, type);
    } catch (JsonProcessingException e) {
      throw new IOException("the message cannot be read: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Closes the connection. If the connection is closed while a thread waits for a message in {@link
   * #read}, {@code read} throws an exception.
   */
  @Override
  public void close() {
    Sockets.close(socket);
  }
}
