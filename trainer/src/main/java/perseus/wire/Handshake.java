package perseus.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * How two processes of a job make sure of each other before anything else crosses a connection:
 * each sends a magic number with the protocol's version, the caller's role and a random challenge,
 * and answers the other's challenge with the job's secret. No more than these few bytes are read
 * from a stranger, for 10 s at most.
 */
public final class Handshake {
  private static final byte[] MAGIC = "PERSEUS".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 2;
  private static final int CHALLENGE_BYTES = 16;
  private static final int ROLE_AT = MAGIC.length + 1;
  private static final int CHALLENGE_AT = ROLE_AT + 1;
  private static final int HELLO_BYTES = CHALLENGE_AT + CHALLENGE_BYTES;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Socket socket;
  private final long deadline = System.nanoTime() + LIMIT.toNanos();

  private Handshake(Socket socket) {
    this.socket = socket;
  }

  /** What calls. */
  public enum Role {
    /** The process that the user starts on a node. */
    LAUNCHER,
    /** A rank's process. */
    RANK
  }

  /** The other side is not one of this job. */
  public static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String reason) {
      super(reason);
    }
  }

  /**
   * The caller's part.
   *
   * @throws RefusedException if the other side is no Perseus, of another version, or of another job
   * @throws IOException if the connection fails, or the other side is silent
   */
  public static void call(Socket socket, Role role, JobSecret secret) throws IOException {
    int timeout = socket.getSoTimeout();
    Handshake handshake = new Handshake(socket);
    byte[] mine = hello(role);
    socket.getOutputStream().write(mine);
    byte[] theirs = handshake.readHello();
    handshake.prove(secret, mine, theirs, false);
    socket.setSoTimeout(timeout);
  }

  /**
   * The part of the side that is called.
   *
   * @param secrets what each role has to know
   * @return the caller's role
   * @throws RefusedException if the other side is no Perseus, of another version, or of another job
   * @throws IOException if the connection fails, or the other side is silent
   */
  public static Role answer(Socket socket, Function<Role, JobSecret> secrets) throws IOException {
    int timeout = socket.getSoTimeout();
    Handshake handshake = new Handshake(socket);
    byte[] theirs = handshake.readHello();
    int number = theirs[ROLE_AT];
    if (number < 0 || number >= Role.values().length) {
      throw new RefusedException("it has no role that is known here");
    }
    Role role = Role.values()[number];
    byte[] mine = hello(role);
    socket.getOutputStream().write(mine);
    handshake.prove(secrets.apply(role), mine, theirs, true);
    socket.setSoTimeout(timeout);
    return role;
  }

  private static byte[] hello(Role role) {
    byte[] hello = Arrays.copyOf(MAGIC, HELLO_BYTES);
    hello[MAGIC.length] = VERSION;
    hello[ROLE_AT] = (byte) role.ordinal();
    System.arraycopy(
        JobSecret.randomBytes(CHALLENGE_BYTES), 0, hello, CHALLENGE_AT, CHALLENGE_BYTES);
    return hello;
  }

  /** Reads so many bytes; a limit on a single read would be prolonged by each byte that comes. */
  private byte[] read(int count) throws IOException {
    byte[] bytes = new byte[count];
    for (int done = 0; done < count; ) {
      long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (millis <= 0) {
        throw new SocketTimeoutException("no answer within %d s".formatted(LIMIT.toSeconds()));
      }
      socket.setSoTimeout((int) millis);
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
      throw new RefusedException("it does not speak this protocol");
    }
    if (hello[MAGIC.length] != VERSION) {
      throw new RefusedException(
          "it speaks version %d of the protocol, not %d".formatted(hello[MAGIC.length], VERSION));
    }
    return hello;
  }

  private void prove(JobSecret secret, byte[] mine, byte[] theirs, boolean called)
      throws IOException {
    OutputStream out = socket.getOutputStream();
    // Which side answers is part of what is answered, so that no answer can be sent back.
    out.write(secret.answer(challenge(theirs, called)));
    boolean known = secret.accepts(challenge(mine, !called), read(JobSecret.ANSWER_BYTES));
    // Said aloud, so that the other side need not guess why the connection closes.
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
