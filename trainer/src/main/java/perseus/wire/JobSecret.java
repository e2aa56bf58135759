package perseus.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the processes of a job know and others do not. It never crosses the network where the user
 * sets it: each side proves that it knows it by its answer to the other's random number.
 */
public final class JobSecret {
  private static final String ALGORITHM = "HmacSHA256";

  /** Length of an answer in bytes. */
  static final int ANSWER_BYTES = 32;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final String text;

  private JobSecret(String text) {
    this.text = text;
  }

  /** A secret that the user chose. */
  public static JobSecret of(String text) {
    return new JobSecret(text);
  }

  /** A secret that nobody can guess. */
  public static JobSecret random() {
    return new JobSecret(HexFormat.of().formatHex(randomBytes(32)));
  }

  static byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  /** The secret itself, to hand on to a process of the job. */
  public String text() {
    return text;
  }

  /** The answer to a challenge. */
  byte[] answer(byte[] challenge) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      // A key may not be empty.
      mac.init(new SecretKeySpec(("perseus " + text).getBytes(StandardCharsets.UTF_8), ALGORITHM));
      return mac.doFinal(challenge);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether an answer to a challenge is the right one. */
  boolean accepts(byte[] challenge, byte[] answer) {
    return MessageDigest.isEqual(answer(challenge), answer);
  }
}
