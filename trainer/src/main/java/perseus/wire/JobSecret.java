package perseus.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Holds a secret that only the processes of one job know. To prove that it knows the secret, a
 * process sends a response: the HMAC-SHA256 of a random challenge, with a key that contains the
 * secret. The secret itself is not sent in a handshake.
 */
public final class JobSecret {
  private static final String ALGORITHM = "HmacSHA256";

  /**
   * A response to a challenge (a proof that a process knows the secret) has {@code RESPONSE_BYTES}
   * bytes.
   */
  static final int RESPONSE_BYTES = 32;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final String text;

  private JobSecret(String text) {
    this.text = text;
  }

  /** Returns a secret that the user has chosen. */
  public static JobSecret of(String text) {
    return new JobSecret(text);
  }

  /** Returns a new secret with 256 random bits. */
  public static JobSecret random() {
    return new JobSecret(HexFormat.of().formatHex(randomBytes(32)));
  }

  static byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  /**
   * Returns the text of the secret. Node 0 sends the text of the secret to processes of the job
   * that do not know the secret yet.
   */
  public String text() {
    return text;
  }

  /** Computes the response (32 bytes) to a challenge, with a key that contains the secret. */
  byte[] response(byte[] challenge) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      // The key of the HMAC is the text "perseus " followed by the secret. The secret may be empty,
      // but the key of an HMAC must have at least one byte.
      mac.init(new SecretKeySpec(("perseus " + text).getBytes(StandardCharsets.UTF_8), ALGORITHM));
      return mac.doFinal(challenge);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Returns whether a response to a challenge is correct. The time to check a response does not
   * depend on the bytes of the response, so that an attacker cannot guess a response byte by byte.
   */
  boolean accepts(byte[] challenge, byte[] response) {
    return MessageDigest.isEqual(response(challenge), response);
  }
}
