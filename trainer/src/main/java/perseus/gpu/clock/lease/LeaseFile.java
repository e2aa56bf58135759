package perseus.gpu.clock.lease;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;

/**
 * Opens the file of a lease in a directory in which all users may create files, and takes a lock of
 * the operating system on it. The class follows no link and changes no other file, whatever files
 * other users put into the directory.
 *
 * <p>The operating system releases all locks of a process on a file as soon as the process closes
 * any channel of that file. For this reason, {@link ClockLease} never opens the file of a lease
 * that this process holds.
 */
final class LeaseFile implements AutoCloseable {
  private static final int MAX_BYTES = 16_384;

  /** Maximum number of attempts to open a file that another process is creating or removing. */
  private static final int MAX_ATTEMPTS = 200;

  private static final Duration PAUSE = Duration.ofMillis(10);

  private final Path path;
  private final FileChannel channel;
  private final boolean locked;
  private final Object key;
  private final String text;

  private LeaseFile(Path path, FileChannel channel, boolean shared) throws IOException {
    this.path = path;
    this.channel = channel;
    this.locked = channel.tryLock(0, Long.MAX_VALUE, shared) != null;
    this.key = locked ? key(path) : null;
    this.text = read(channel);
  }

  /**
   * Opens the file and tries to lock it. The file is created if it is missing.
   *
   * @return the file, which is locked unless another process has locked it
   * @throws IOException if the file cannot be created or opened, or is a link or not a regular file
   */
  static LeaseFile open(Path path) throws IOException {
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      make(path);
      try {
        LeaseFile file = openOnce(path);
        // A process that takes a lease writes the file within milliseconds after it has locked the
        // file. This loop waits until the file has content.
        if (file != null && (file.locked || !file.text.isBlank() || attempt == MAX_ATTEMPTS)) {
          return file;
        }
      } catch (NoSuchFileException e) {
        // The process that held the lease has just removed the file.
      }
      Pause.of(PAUSE);
    }
    throw new IOException("other processes keep creating and removing the file");
  }

  /** Opens and locks the file; returns null if the path no longer leads to the locked file. */
  private static LeaseFile openOnce(Path path) throws IOException {
    Object before = key(path);
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    LeaseFile file = null;
    try {
      file = new LeaseFile(path, channel, false);
    } finally {
      if (file == null || !file.locked || !before.equals(file.key)) {
        channel.close();
      }
    }
    return !file.locked || before.equals(file.key) ? file : null;
  }

  /**
   * Opens a lease file that another process may hold, for reading, and tries to lock it. While this
   * process locks the file, no other process can take the lease.
   *
   * @return the file, which is locked unless another process has locked it
   * @throws IOException if the file is missing, cannot be opened, or is a link or not a regular
   *     file
   */
  static LeaseFile look(Path path) throws IOException {
    key(path);
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    LeaseFile file = null;
    try {
      file = new LeaseFile(path, channel, true);
      return file;
    } finally {
      if (file == null) {
        channel.close();
      }
    }
  }

  /**
   * Creates the file if it is missing. All users may write it, so that every user can take the
   * lease later.
   */
  private static void make(Path path) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      FileChannel.open(
              path,
              StandardOpenOption.WRITE,
              StandardOpenOption.CREATE_NEW,
              LinkOption.NOFOLLOW_LINKS)
          .close();
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
    } catch (FileAlreadyExistsException | NoSuchFileException e) {
      // Another process has created the file, or has already taken and removed this file.
    }
  }

  /**
   * Returns the device and inode numbers of a file.
   *
   * @throws IOException if the file is a link or not a regular file, because writing it could
   *     change another file
   */
  private static Object key(Path path) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(path, "unix:isRegularFile,fileKey,nlink", LinkOption.NOFOLLOW_LINKS);
    if (!Boolean.TRUE.equals(attributes.get("isRegularFile"))
        || (Integer) attributes.get("nlink") > 1) {
      throw new IOException("it is a link or not a regular file");
    }
    return attributes.get("fileKey");
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), MAX_BYTES));
    int count = 0;
    while (bytes.hasRemaining() && count >= 0) {
      count = channel.read(bytes, bytes.position());
    }
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
  }

  /** Returns whether this process has locked the file. */
  boolean isLocked() {
    return locked;
  }

  /** Returns the content that the file had when it was opened. */
  String text() {
    return text;
  }

  /**
   * Replaces the content of the file.
   *
   * @throws IOException if the new content cannot be written. In this case the file is empty.
   */
  void write(String content) throws IOException {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
      long position = 0;
      while (bytes.hasRemaining()) {
        position += channel.write(bytes, position);
      }
      channel.truncate(position);
    } catch (IOException e) {
      clear();
      throw e;
    }
  }

  /** Removes the file, or empties it if it belongs to another user and cannot be removed. */
  void remove() {
    try {
      if (key.equals(key(path))) {
        Files.delete(path);
      }
    } catch (IOException e) {
      clear();
    }
  }

  private void clear() {
    try {
      channel.truncate(0);
    } catch (IOException e) {
      // The old content stays in the file, like the lease of a process that has died. Therefore the
      // next run resets the GPU once more.
    }
  }

  /** Closes the file and releases the lock. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // If the file cannot be closed, the operating system releases the lock when this process
      // ends.
    }
  }
}
