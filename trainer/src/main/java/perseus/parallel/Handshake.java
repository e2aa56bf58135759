package perseus.parallel;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How two processes of a job make sure of each other before anything else crosses a connection:
 * each sends a magic number with the protocol's version and a random challenge, and answers the
 * other's challenge with the job's secret. Both sides send the same number of bytes and read no
 * more than that from a stranger.
 */
public final class Handshake {
  private static final byte[] MAGIC = "PERSEUS".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int CHALLENGE_BYTES = 16;
  private static final int TIMEOUT_MILLIS = 10_000;

  private Handshake() {}

  /** The other side is not one of this job. */
  public static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String reason) {
      super(reason);
    }
  }

  /**
   * Does this side's part, which is the same on both sides but for the order of roles.
   *
   * @param accepting whether this side accepted the connection
   * @throws RefusedException if the other side is no Perseus, of another version, or of another job
   * @throws IOException if the connection fails, or the other side says nothing for 10 s
   */
  public static void with(Socket socket, JobSecret secret, boolean accepting) throws IOException {
    int timeout = socket.getSoTimeout();
    socket.setSoTimeout(TIMEOUT_MILLIS);
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    DataInputStream in = new DataInputStream(socket.getInputStream());

    byte[] mine = JobSecret.randomBytes(CHALLENGE_BYTES);
    byte[] hello = Arrays.copyOf(MAGIC, MAGIC.length + 1 + CHALLENGE_BYTES);
    hello[MAGIC.length] = VERSION;
    System.arraycopy(mine, 0, hello, MAGIC.length + 1, CHALLENGE_BYTES);
    out.write(hello);
    out.flush();

    byte[] other = new byte[hello.length];
    in.readFully(other);
    if (!Arrays.equals(other, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new RefusedException("it does not speak this protocol");
    }
    if (other[MAGIC.length] != VERSION) {
      throw new RefusedException(
          "it speaks version %d of the protocol, not %d".formatted(other[MAGIC.length], VERSION));
    }
    byte[] theirs = Arrays.copyOfRange(other, MAGIC.length + 1, other.length);
    // The role is part of what is answered, so that an answer cannot be sent back as one's own.
    out.write(secret.answer(challenge(theirs, accepting)));
    out.flush();
    byte[] answer = new byte[JobSecret.ANSWER_BYTES];
    in.readFully(answer);
    boolean known = secret.accepts(challenge(mine, !accepting), answer);
    // Said aloud, so that the other side need not guess why the connection closes.
    out.write(known ? 1 : 0);
    out.flush();
    boolean accepted = in.read() == 1;
    if (!known || !accepted) {
      throw new RefusedException("it belongs to another job (PERSEUS_JOB_SECRET differs)");
    }
    socket.setSoTimeout(timeout);
  }

  private static byte[] challenge(byte[] random, boolean answeredByAcceptor) {
    byte[] challenge = Arrays.copyOf(random, random.length + 1);
    challenge[random.length] = (byte) (answeredByAcceptor ? 'A' : 'C');
    return challenge;
  }
}
