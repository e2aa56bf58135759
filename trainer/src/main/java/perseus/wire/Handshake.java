package perseus.wire;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Authenticates two processes of a job to each other. The handshake is the first exchange of
 * messages on every connection. Its steps are:
 *
 * <ol>
 *   <li>The caller sends its hello message. It consists of a magic text, the protocol version, the
 *       role of the caller (launcher, rank or agent), and a nonce of 16 random bytes.
 *   <li>The listener sends a hello message with the caller's role and with a new nonce.
 *   <li>The caller sends its proof: the HMAC of both hello messages with the key of the {@link
 *       JobSecret}.
 *   <li>The listener checks the caller's proof. If the caller's proof is wrong, the listener sends
 *       the byte 0 and closes the connection. If the caller's proof is right, the listener sends
 *       the byte 1 and its own proof, which the caller checks.
 * </ol>
 *
 * <p>The listener does not use its key before the caller has sent a proof. A caller that does not
 * know the secret receives no data that depend on it. Each proof covers the nonces of both sides,
 * so a proof is not valid on another connection. The handshake takes at most 10 seconds. Until the
 * handshake has succeeded, only the data of the handshake are read from a connection. The
 * connection itself is not encrypted.
 */
public final class Handshake {
  private static final byte[] MAGIC = "PERSEUS".getBytes(StandardCharsets.US_ASCII);

  /**
   * Version of the protocol, which must be the same in both processes. A change of the messages in
   * {@code perseus.job} requires a higher version. The magic text, the place of the version and the
   * length of a hello message must never change. A process can always read the version of the other
   * process, and can tell its user that the versions differ.
   */
  static final int VERSION = 4;

  private static final int ROLE_OFFSET = MAGIC.length + 1;
  private static final int NONCE_OFFSET = ROLE_OFFSET + 1;
  private static final int NONCE_BYTES = 16;
  static final int HELLO_BYTES = NONCE_OFFSET + NONCE_BYTES;

  /** The caller's proof is the HMAC of data that begin with this byte. */
  private static final byte CALLER = 'C';

  /** The listener's proof is the HMAC of data that begin with this byte. */
  private static final byte LISTENER = 'L';

  private static final byte REFUSED = 0;
  private static final byte ACCEPTED = 1;

  private static final int MAX_IGNORED_BYTES = 4096;

  static final Duration TIME_LIMIT = Duration.ofSeconds(10);

  private final Socket socket;
  private final Duration limit;
  private final Deadline deadline;

  private Handshake(Socket socket, Duration limit) {
    this.socket = socket;
    this.limit = limit;
    this.deadline = Deadline.after(limit);
  }

  /** Lists the kinds of processes that open connections to other processes of the job. */
  public enum Role {
    /**
     * A launcher is the process that starts the ranks of a node. The user starts one launcher on
     * each node.
     */
    LAUNCHER,
    /** A rank is a process that a launcher has started. */
    RANK,
    /**
     * An agent is the process that records the training command of another framework on a node, and
     * sets the GPUs' clocks. The user starts one agent on each node.
     */
    AGENT
  }

  /** Reports that the process at the other end of a connection does not belong to this job. */
  public static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String reason) {
      super(reason);
    }
  }

  /**
   * Runs the handshake in the process that has opened the connection.
   *
   * @throws RefusedException if the other process uses another protocol or another version of this
   *     protocol, or belongs to another job
   * @throws IOException if the connection fails, or if the handshake takes more than 10 seconds
   */
  public static void call(Socket socket, Role role, JobSecret secret) throws IOException {
    int timeout = socket.getSoTimeout();
    Handshake handshake = new Handshake(socket, TIME_LIMIT);
    byte[] mine = hello(role);
    handshake.write(mine);
    byte[] theirs = handshake.read(HELLO_BYTES);
    requireVersion(theirs);
    handshake.write(secret.proof(data(CALLER, mine, theirs)));
    if (handshake.read(1)[0] != ACCEPTED
        || !secret.accepts(data(LISTENER, mine, theirs), handshake.read(JobSecret.PROOF_BYTES))) {
      throw otherJob();
    }
    socket.setSoTimeout(timeout);
  }

  /**
   * Runs the handshake in the process that has accepted the connection.
   *
   * @param secrets function that returns the secret of a role (launcher, rank or agent). A caller
   *     with this role must know the secret. The function {@code secrets} is called only after the
   *     caller has sent a proof.
   * @return the role of the caller: launcher, rank or agent
   * @throws RefusedException if the other process uses another protocol or another version of this
   *     protocol, or belongs to another job
   * @throws IOException if the connection fails, or if the handshake takes more than 10 seconds
   */
  public static Role answer(Socket socket, Function<Role, JobSecret> secrets) throws IOException {
    return answer(socket, secrets, TIME_LIMIT);
  }

  static Role answer(Socket socket, Function<Role, JobSecret> secrets, Duration limit)
      throws IOException {
    int timeout = socket.getSoTimeout();
    Handshake handshake = new Handshake(socket, limit);
    byte[] theirs = handshake.readCallersHello();
    int number = theirs[ROLE_OFFSET];
    if (number < 0 || number >= Role.values().length) {
      throw new RefusedException("its role %d is unknown".formatted(number));
    }
    Role role = Role.values()[number];
    byte[] mine = hello(role);
    handshake.write(mine);
    byte[] proof = handshake.read(JobSecret.PROOF_BYTES);
    JobSecret secret = secrets.apply(role);
    if (!secret.accepts(data(CALLER, theirs, mine), proof)) {
      handshake.write(REFUSED);
      throw otherJob();
    }
    handshake.write(ACCEPTED);
    handshake.write(secret.proof(data(LISTENER, theirs, mine)));
    socket.setSoTimeout(timeout);
    return role;
  }

  private static byte[] hello(Role role) {
    byte[] hello = Arrays.copyOf(MAGIC, HELLO_BYTES);
    hello[MAGIC.length] = VERSION;
    hello[ROLE_OFFSET] = (byte) role.ordinal();
    System.arraycopy(JobSecret.randomBytes(NONCE_BYTES), 0, hello, NONCE_OFFSET, NONCE_BYTES);
    return hello;
  }

  /**
   * Returns the data from which the proof of the caller or of the listener is computed by HMAC. The
   * data begin with a byte that tells whether the caller or the listener sends the proof. The first
   * byte prevents an attacker from sending the proof of the caller back as the proof of the
   * listener.
   */
  private static byte[] data(byte prover, byte[] callersHello, byte[] listenersHello) {
    byte[] data = new byte[1 + 2 * HELLO_BYTES];
    data[0] = prover;
    System.arraycopy(callersHello, 0, data, 1, HELLO_BYTES);
    System.arraycopy(listenersHello, 0, data, 1 + HELLO_BYTES, HELLO_BYTES);
    return data;
  }

  private static RefusedException otherJob() {
    return new RefusedException(
        "it belongs to another job, or its %s differs".formatted(JobSecret.VARIABLE));
  }

  private void write(byte... bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /**
   * Reads the given number of bytes before the deadline of the handshake. The timeout of the socket
   * alone cannot limit the time of the handshake, because the timeout starts again after every
   * byte.
   */
  private byte[] read(int count) throws IOException {
    byte[] bytes = new byte[count];
    for (int done = 0; done < count; ) {
      if (deadline.isPassed()) {
        throw new SocketTimeoutException(
            "the handshake took more than %d s".formatted(limit.toSeconds()));
      }
      socket.setSoTimeout(deadline.remainingMillis());
      int read = socket.getInputStream().read(bytes, done, count - done);
      if (read < 0) {
        throw new EOFException("it closed the connection during the handshake");
      }
      done += read;
    }
    return bytes;
  }

  /**
   * Reads the hello message of a caller. If the caller has another version of the protocol, the
   * listener first sends its own hello message, and then the refusal. The caller then knows the
   * version of the listener.
   */
  private byte[] readCallersHello() throws IOException {
    byte[] start = read(ROLE_OFFSET);
    try {
      requireVersion(start);
    } catch (RefusedException e) {
      if (startsWithMagic(start)) {
        write(hello(Role.LAUNCHER));
        ignoreRest();
      }
      throw e;
    }
    byte[] hello = Arrays.copyOf(start, HELLO_BYTES);
    byte[] rest = read(HELLO_BYTES - ROLE_OFFSET);
    System.arraycopy(rest, 0, hello, ROLE_OFFSET, rest.length);
    return hello;
  }

  private static boolean startsWithMagic(byte[] hello) {
    return Arrays.equals(hello, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  private static void requireVersion(byte[] hello) throws RefusedException {
    if (!startsWithMagic(hello)) {
      throw new RefusedException("it does not speak the protocol of Perseus");
    }
    int version = Byte.toUnsignedInt(hello[MAGIC.length]);
    if (version != VERSION) {
      throw new RefusedException(
          "it speaks version %d of the protocol and this process version %d; start all nodes with the same build"
              .formatted(version, VERSION));
    }
  }

  /**
   * Reads the remaining data of a refused caller, until the caller closes the connection. If the
   * connection were closed with unread bytes, it would be reset. The caller could then lose the
   * answer.
   */
  private void ignoreRest() {
    try {
      socket.shutdownOutput();
      for (int i = 0; i < MAX_IGNORED_BYTES; i++) {
        read(1);
      }
    } catch (IOException e) {
      // The caller has closed the connection, or the handshake has reached its maximum time.
    }
  }
}
