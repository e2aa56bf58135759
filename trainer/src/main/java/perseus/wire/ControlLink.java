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

/** A connection that carries JSON messages, each after its length. */
public final class ControlLink implements AutoCloseable {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

  /** A plan for thousands of microbatches fits, a stranger's nonsense does not. */
  private static final int MOST_BYTES = 256 << 20;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  /**
   * @param socket after its handshake
   */
  public ControlLink(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    this.in = new DataInputStream(socket.getInputStream());
    this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
  }

  /**
   * Connects to a process of the job.
   *
   * @throws Handshake.RefusedException if what listens there is not of this job
   * @throws IOException if nothing answers in time
   */
  public static ControlLink connect(
      InetSocketAddress address, Handshake.Role role, JobSecret secret, Duration timeout)
      throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(address, (int) Math.min(Integer.MAX_VALUE, timeout.toMillis()));
      Handshake.call(socket, role, secret);
      return new ControlLink(socket);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** Limits how long {@link #read} waits; a longer silence is an error. */
  public void setSilenceLimit(Duration limit) throws IOException {
    socket.setSoTimeout((int) limit.toMillis());
  }

  /** This side's address, by which the other side's host reaches this one. */
  public InetAddress localAddress() {
    return socket.getLocalAddress();
  }

  /** The other side's address. */
  public InetAddress remoteAddress() {
    return socket.getInetAddress();
  }

  /** The other side's port. */
  public int remotePort() {
    return socket.getPort();
  }

  /** Sends a message; any thread may. */
  public void send(Object message) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(message);
    synchronized (out) {
      out.writeInt(bytes.length);
      out.write(bytes);
      out.flush();
    }
  }

  /**
   * Waits for the next message; only one thread may.
   *
   * @throws IOException if the connection ends, or carries something else
   */
  public <T> T read(Class<T> type) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MOST_BYTES) {
      throw new IOException("a message of %d bytes is announced".formatted(length));
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("a message is cut");
    }
    try {
      return JSON.readValue(bytes, type);
    } catch (JsonProcessingException e) {
      throw new IOException("a message is not understood: " + e.getOriginalMessage(), e);
    }
  }

  /** Closes the connection, which ends a waiting {@link #read}. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing is left to be done with it.
    }
  }
}
