package perseus.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Authenticates two processes of a job to each other. The handshake is the first exchange on every
 * connection.
 *
 * <p>In the first step of the handshake, each process sends a hello message: a magic number, the
 * version of the protocol, the role of the caller (launcher or rank), and a random challenge. In
 * the second step of the handshake, each process sends its response to the challenge of the other
 * process. The response to a challenge is computed with the {@link JobSecret}. In the third step of
 * the handshake, each process sends one byte that tells whether it accepts the response of the
 * other process. The handshake takes at most 10 seconds. Until the handshake has succeeded, only
 * the data of the handshake are read from a connection.
 */
public final class Handshake {
  private static final byte[] MAGIC = "PERSEUS".getBytes(StandardCharsets.US_ASCII);

  /**
   * Version of the protocol, which must be the same in both processes. A change of the messages in
   * {@code perseus.job} requires a higher version.
   */
  private static final int VERSION = 3;

  private static final int CHALLENGE_BYTES = 16;
  private static final int ROLE_OFFSET = MAGIC.length + 1;
  private static final int CHALLENGE_OFFSET = ROLE_OFFSET + 1;
  private static final int HELLO_BYTES = CHALLENGE_OFFSET + CHALLENGE_BYTES;
  private static final Duration TIME_LIMIT = Duration.ofSeconds(10);

  private final Socket socket;
  private final Deadline deadline = Deadline.after(TIME_LIMIT);

  private Handshake(Socket socket) {
    this.socket = socket;
  }

  /** Lists the kinds of processes that open connections to other processes of the job. */
  public enum Role {
    /**
     * A launcher is the process that starts the ranks of a node. The user starts one launcher on
     * each node.
     */
    LAUNCHER,
    /** A rank is a process that a launcher has started. */
    RANK
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
    Handshake handshake = new Handshake(socket);
    byte[] mine = hello(role);
    socket.getOutputStream().write(mine);
    byte[] theirs = handshake.readHello();
    handshake.exchangeProofs(secret, mine, theirs, false);
    socket.setSoTimeout(timeout);
  }

  /**
   * Runs the handshake in the process that has accepted the connection.
   *
   * @param secrets function that returns the secret that a caller with a given role (launcher or
   *     rank) must know
   * @return the role of the caller, launcher or rank
   * @throws RefusedException if the other process uses another protocol or another version of this
   *     protocol, or belongs to another job
   * @throws IOException if the connection fails, or if the handshake takes more than 10 seconds
   */
  public static Role answer(Socket socket, Function<Role, JobSecret> secrets) throws IOException {
    int timeout = socket.getSoTimeout();
    Handshake handshake = new Handshake(socket);
    byte[] theirs = handshake.readHello();
    int number = theirs[ROLE_OFFSET];
    if (number < 0 || number >= Role.values().length) {
      throw new RefusedException("its role %d is unknown".formatted(number));
    }
    Role role = Role.values()[number];
    byte[] mine = hello(role);
    socket.getOutputStream().write(mine);
    handshake.exchangeProofs(secrets.apply(role), mine, theirs, true);
    socket.setSoTimeout(timeout);
    return role;
  }

  private static byte[] hello(Role role) {
    byte[] hello = Arrays.copyOf(MAGIC, HELLO_BYTES);
    hello[MAGIC.length] = VERSION;
    hello[ROLE_OFFSET] = (byte) role.ordinal();
    System.arraycopy(
        JobSecret.randomBytes(CHALLENGE_BYTES), 0, hello, CHALLENGE_OFFSET, CHALLENGE_BYTES);
    return hello;
  }

  /**
   * Reads the given number of bytes before the deadline of the handshake. The timeout of the socket
   * does not limit the time of the handshake, because the timeout starts again after every byte
   * that arrives.
   */
  private byte[] read(int count) throws IOException {
    byte[] bytes = new byte[count];
    for (int done = 0; done < count; ) {
      if (deadline.isPassed()) {
        throw new SocketTimeoutException("no answer within %d s".formatted(TIME_LIMIT.toSeconds()));
      }
      socket.setSoTimeout(deadline.remainingMillis());
      int read = socket.getInputStream().read(bytes, done, count - done);
      if (read < 0) {
        throw new EOFException("it closed the connection");
      }
      done += read;
    }
    return bytes;
  }

  private byte[] readHello() throws IOException {
    byte[] hello = read(HELLO_BYTES);
    if (!Arrays.equals(hello, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new RefusedException("it does not speak the protocol of Perseus");
    }
    if (hello[MAGIC.length] != VERSION) {
      throw new RefusedException(
          "it speaks version %d of the protocol and this process version %d; start all nodes with the same build"
              .formatted(hello[MAGIC.length], VERSION));
    }
    return hello;
  }

  private void exchangeProofs(JobSecret secret, byte[] mine, byte[] theirs, boolean called)
      throws IOException {
    OutputStream out = socket.getOutputStream();
    // Each challenge also names the process that must respond, so that an attacker cannot use the
    // response of one process as the response of the other process.
    out.write(secret.response(challenge(theirs, called)));
    boolean known = secret.accepts(challenge(mine, !called), read(JobSecret.RESPONSE_BYTES));
    // The last byte of the handshake tells the other process whether its response was correct. If
    // the response was wrong, the last byte of the handshake tells the other process why the
    // connection is closed.
    out.write(known ? 1 : 0);
    boolean accepted = read(1)[0] == 1;
    if (!known || !accepted) {
      throw new RefusedException("it belongs to another job, or PERSEUS_JOB_SECRET differs");
    }
  }

  private static byte[] challenge(byte[] hello, boolean answeredByCalled) {
    byte[] challenge = Arrays.copyOf(hello, hello.length + 1);
    challenge[hello.length] = (byte) (answeredByCalled ? 'A' : 'C');
    return challenge;
  }
}
