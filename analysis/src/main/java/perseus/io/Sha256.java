package perseus.io;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** Computes the SHA-256 hash of bytes that are given piece by piece. */
public final class Sha256 {
  private final MessageDigest digest;

  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256.", e);
    }
  }

  /** Adds the first {@code length} bytes of an array. */
  public void add(byte[] bytes, int length) {
    digest.update(bytes, 0, length);
  }

  /** Adds the remaining bytes of a buffer. The position of the buffer stays unchanged. */
  public void add(ByteBuffer bytes) {
    digest.update(bytes.duplicate());
  }

  /** Returns the hash as 64 hexadecimal digits, and starts a new hash. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Returns the hash in Base64, and starts a new hash. */
  public String base64() {
    return Base64.getEncoder().encodeToString(digest.digest());
  }
}
