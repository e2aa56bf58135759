package perseus.parallel;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/**
 * How two processes of a job make sure of each other before anything else crosses a connection:
 * each sends a magic number with the protocol's version, the caller's role and a random challenge,
 * and answers the other's challenge with the job's secret. No more than these few bytes are read
 * from a stranger, for 10 s at most.
 */
public final class Handshake {
  private static final byte[] MAGIC = "PERSEUS".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int CHALLENGE_BYTES = 16;
  private static final int ROLE_AT = MAGIC.length + 1;
  private static final int CHALLENGE_AT = ROLE_AT + 1;
  private static final int HELLO_BYTES = CHALLENGE_AT + CHALLENGE_BYTES;
  private static final int TIMEOUT_MILLIS = 10_000;

  private Handshake() {}

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
    socket.setSoTimeout(TIMEOUT_MILLIS);
    byte[] mine = hello(role);
    socket.getOutputStream().write(mine);
    byte[] theirs = read(socket);
    prove(socket, secret, mine, theirs, false);
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
    socket.setSoTimeout(TIMEOUT_MILLIS);
    byte[] theirs = read(socket);
    int number = theirs[ROLE_AT];
    if (number < 0 || number >= Role.values().length) {
      throw new RefusedException("it has no role that is known here");
    }
    Role role = Role.values()[number];
    byte[] mine = hello(role);
    socket.getOutputStream().write(mine);
    prove(socket, secrets.apply(role), mine, theirs, true);
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

  private static byte[] read(Socket socket) throws IOException {
    byte[] hello = new byte[HELLO_BYTES];
    new DataInputStream(socket.getInputStream()).readFully(hello);
    if (!Arrays.equals(hello, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new RefusedException("it does not speak this protocol");
    }
    if (hello[MAGIC.length] != VERSION) {
      throw new RefusedException(
          "it speaks version %d of the protocol, not %d".formatted(hello[MAGIC.length], VERSION));
    }
    return hello;
  }

  private static void prove(
      Socket socket, JobSecret secret, byte[] mine, byte[] theirs, boolean called)
      throws IOException {
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    DataInputStream in = new DataInputStream(socket.getInputStream());
    // Which side answers is part of what is answered, so that no answer can be sent back.
    out.write(secret.answer(challenge(theirs, called)));
    byte[] answer = new byte[JobSecret.ANSWER_BYTES];
    in.readFully(answer);
    boolean known = secret.accepts(challenge(mine, !called), answer);
    // Said aloud, so that the other side need not guess why the connection closes.
    out.write(known ? 1 : 0);
    boolean accepted = in.read() == 1;
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
