package perseus.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import perseus.io.AtomicFiles;
import perseus.io.Sha256;
import perseus.io.UserError;

/**
 * Computes a digest of an input file or folder. Node 0 (the node that coordinates the job) compares
 * the digests to check that all nodes read the same data. The digest of a file does not depend on
 * the path of the file.
 *
 * @param bytes size of the file in bytes, or the sum of the sizes of all files in the folder
 * @param sha256 the SHA-256 hash of the file's contents as hexadecimal text. For a folder, only the
 *     names and sizes of the files are hashed, because reading all files may take too long.
 */
public record ContentDigest(long bytes, String sha256) {
  private static final ContentDigest NONE = new ContentDigest(0, "");

  private static final int BLOCK_BYTES = 1 << 16;

  /**
   * Computes the digest of a file or a folder.
   *
   * @param path path of the file or folder; null if the user has set no path. If the path is null,
   *     the digest has the size 0 and an empty hash.
   * @throws UserError if the file or folder cannot be read
   */
  static ContentDigest of(String path) {
    if (path == null) {
      return NONE;
    }
    Path data = Path.of(path);
    try {
      return Files.isDirectory(data) ? ofFolder(data) : ofFile(data);
    } catch (UncheckedIOException e) {
      throw unreadable(data, e.getCause());
    } catch (IOException e) {
      throw unreadable(data, e);
    }
  }

  private static UserError unreadable(Path data, IOException e) {
    return new UserError(data + " cannot be read: " + AtomicFiles.reason(e) + ".", e);
  }

  private static ContentDigest ofFile(Path file) throws IOException {
    Sha256 sha = new Sha256();
    long bytes = 0;
    byte[] block = new byte[BLOCK_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        sha.add(block, read);
        bytes += read;
      }
    }
    return new ContentDigest(bytes, sha.hex());
  }

  private static ContentDigest ofFolder(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    Sha256 sha = new Sha256();
    long bytes = 0;
    for (Path file : files) {
      long size = Files.size(file);
      sha.add(StandardCharsets.UTF_8.encode(folder.relativize(file) + "\0" + size + "\0"));
      bytes += size;
    }
    return new ContentDigest(bytes, sha.hex());
  }
}
