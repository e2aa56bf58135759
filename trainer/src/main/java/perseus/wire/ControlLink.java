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

/** An authenticated connection that carries JSON messages, each preceded by its length in bytes. */
public final class ControlLink implements AutoCloseable {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

  /** Maximum length of a message: enough for a plan of thousands of microbatches. */
  private static final int MAX_MESSAGE_BYTES = 256 << 20;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  /**
   * Makes a link of a connection.
   *
   * @param socket a connection whose {@link Handshake} is done
   */
  public ControlLink(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    this.in = new DataInputStream(socket.getInputStream());
    this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
  }

  /**
   * Connects to a process of the job and authenticates both sides.
   *
   * @throws Handshake.RefusedException if the process at this address does not belong to the job
   * @throws IOException if no process answers in time
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
   * Limits how long {@link #read} waits; a read that takes longer fails.
   *
   * @param limit the longest wait; {@link Duration#ZERO} for no limit
   */
  public void setReadTimeout(Duration limit) throws IOException {
    socket.setSoTimeout((int) limit.toMillis());
  }

  /** This side's address, at which the other side's host can reach this host. */
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

  /** Sends a message; several threads may send at the same time. */
  public void send(Object message) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(message);
    synchronized (out) {
      out.writeInt(bytes.length);
      out.write(bytes);
      out.flush();
    }
  }

  /**
   * Waits for the next message; only one thread may read.
   *
   * @throws IOException if the connection ends, times out, or the message is not of this type
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

  /** Closes the connection; a {@link #read} that is waiting then fails. */
  @Override
  public void close() {
    Sockets.close(socket);
  }
}
