package perseus.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import perseus.io.UserError;

/**
 * Holds the key (32 bytes) that only the processes of one job know. To prove that it knows the key,
 * a process sends an HMAC-SHA256 of the data of the {@link Handshake}. The key itself is not sent
 * in a handshake.
 */
public final class JobSecret {
  /** The environment variable in which the user sets the secret of a job. */
  public static final String VARIABLE = "PERSEUS_JOB_SECRET";

  /** Length of a proof in bytes. */
  static final int PROOF_BYTES = 32;

  /**
   * Represents a job without a secret. The key of {@code NONE} is public (32 zero bytes), so every
   * process can prove that it knows the key.
   */
  public static final JobSecret NONE = new JobSecret(new byte[32]);

  private static final String ALGORITHM = "HmacSHA256";

  /**
   * Number of iterations of PBKDF2. OWASP's Password Storage Cheat Sheet recommends 600,000
   * iterations for HMAC-SHA256. One derivation of a key takes about 0.3 s on one CPU core. To guess
   * the secret of a recorded handshake, an attacker must derive one key for each guess.
   */
  private static final int ITERATIONS = 600_000;

  /**
   * The salt is the same for all jobs, so a process derives its key only once. If callers chose the
   * salt, callers without the secret could make a listener derive a key for each connection, which
   * takes long.
   */
  private static final byte[] SALT = "perseus job secret".getBytes(StandardCharsets.US_ASCII);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] key;

  private JobSecret(byte[] key) {
    this.key = key;
  }

  /**
   * Derives the key of a job from the secret that the user has set in the environment variable
   * {@link #VARIABLE}. The derivation is slow (about 0.3 s), so that guessing secrets is slow too.
   *
   * @return the key; null if the variable is not set
   * @throws UserError if the variable is set but empty
   */
  public static JobSecret ofEnvironment(Map<String, String> environment) {
    String typed = environment.get(VARIABLE);
    if (typed == null) {
      return null;
    }
    if (typed.isBlank()) {
      throw new UserError(
          "%s is empty; set it to the secret of the job, or unset it.".formatted(VARIABLE));
    }
    try {
      PBEKeySpec spec = new PBEKeySpec(typed.toCharArray(), SALT, ITERATIONS, 8 * PROOF_BYTES);
      return new JobSecret(
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Returns a warning that anyone who reaches a port can join the job, because the job has no
   * secret.
   */
  public static String warning(int port) {
    return "%s is not set: anyone who reaches port %d can join this job. Use a trusted network, or set the same secret on all nodes. Traffic is not encrypted."
        .formatted(VARIABLE, port);
  }

  /** Returns a new secret with a key of 256 random bits. */
  public static JobSecret random() {
    return new JobSecret(randomBytes(32));
  }

  /**
   * Returns the secret with the given key.
   *
   * @param hex the text that {@link #keyText} has returned
   * @throws IllegalArgumentException if the text does not consist of hexadecimal digits
   */
  public static JobSecret ofKey(String hex) {
    return new JobSecret(HexFormat.of().parseHex(hex));
  }

  static byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  /**
   * Returns the key as hexadecimal digits. Launchers give the key to their ranks as text, so that
   * ranks need not derive the key from the secret.
   */
  public String keyText() {
    return HexFormat.of().formatHex(key);
  }

  /** Computes the HMAC-SHA256 (32 bytes) of the given data with the key. */
  byte[] proof(byte[] data) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Returns whether a proof is the HMAC of the given data. The check takes the same time for all
   * proofs. An attacker cannot use the time of the check to find the right proof byte by byte.
   */
  boolean accepts(byte[] data, byte[] proof) {
    return MessageDigest.isEqual(proof(data), proof);
  }
}
