package perseus.tensor.autograd;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs the source of a TorchScript class into an archive that PyTorch can load. The TorchScript
 * class in an archive must have no attributes.
 *
 * <p>The archive is a zip file with the source, a pickled instance of the class, pickled constants
 * and the version of the format.
 */
final class ScriptArchive {
  private static final String FORMAT_VERSION = "10\n";

  /** The empty tuple, encoded in version 2 of Python's pickle format. */
  private static final String NO_CONSTANTS = "\u0080\u0002).";

  private ScriptArchive() {}

  /**
   * Returns the bytes of the archive that contains a TorchScript class.
   *
   * @param className name of the TorchScript class in the source
   * @param resource name of the Java resource that contains the TorchScript source
   */
  static byte[] of(String className, String resource) throws IOException {
    // The variable instance holds an instance of the TorchScript class, encoded in version 2 of
    // Python's pickle format. The encoded instance has the attribute training with the value False.
    String instance =
        "\u0080\u0002c__torch__\n" + className + "\n)\u0081}(X\b\0\0\0training\u0089ub.";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes);
        InputStream source = ScriptArchive.class.getResourceAsStream(resource)) {
      add(zip, "data.pkl", latin(instance));
      add(zip, "code/__torch__.py", source.readAllBytes());
      add(zip, "constants.pkl", latin(NO_CONSTANTS));
      add(zip, "version", latin(FORMAT_VERSION));
    }
    return bytes.toByteArray();
  }

  /**
   * Adds an entry to the zip file of the archive without compression. PyTorch itself also writes
   * archives with uncompressed entries.
   */
  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry("archive/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
