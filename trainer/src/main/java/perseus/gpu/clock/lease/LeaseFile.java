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
 * Opens a lease file (a file that reserves a GPU) in a directory where all users may create files,
 * and locks the file. The class {@code LeaseFile} follows no links, so it changes no other file.
 *
 * <p>If a process closes any channel of a file, the operating system releases all locks of the
 * process on the file. So {@link ClockLease} never opens the same lease file twice at a time.
 */
final class LeaseFile implements AutoCloseable {
  private static final int MAX_BYTES = 16_384;

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
   * Opens the lease file and tries to lock it. If the lease file is missing, it is created.
   *
   * @return the opened file; it is not locked if another process has locked it
   * @throws IOException if the lease file cannot be created or opened, or is a link or not a
   *     regular file
   */
  static LeaseFile open(Path path) throws IOException {
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      make(path);
      try {
        LeaseFile file = openOnce(path);
        // If another process has locked the lease file, this process waits some milliseconds until
        // the other process has also written the file.
        if (file != null && (file.locked || !file.text.isBlank() || attempt == MAX_ATTEMPTS)) {
          return file;
        }
      } catch (NoSuchFileException e) {
        // Another process has just removed the lease file.
      }
      Pause.of(PAUSE);
    }
    throw new IOException("other processes keep creating and removing the file");
  }

  /**
   * Opens and locks the lease file; returns null if another process has removed or replaced the
   * file.
   */
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
   * Opens a lease file for reading, and tries to lock it. While this process locks the lease file,
   * no other process can reserve the GPU.
   *
   * @return the opened file; it is not locked if another process has locked it
   * @throws IOException if the lease file is missing, cannot be opened, or is a link or not a
   *     regular file
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
   * Creates the lease file if it is missing. All users may write the lease file, so that every user
   * can reserve the GPU later.
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
      // Another process has created or removed the lease file at the same time.
    }
  }

  /**
   * Returns the device and inode numbers of a file.
   *
   * @throws IOException if the file is a link or not a regular file; a write through a link would
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

  boolean isLocked() {
    return locked;
  }

  /** Returns the content that the lease file had when it was opened. */
  String text() {
    return text;
  }

  /**
   * Replaces the content of the lease file.
   *
   * @throws IOException if the new content cannot be written; the lease file is then empty
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

  /** Removes the lease file, or empties the file if it belongs to another user. */
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
      // If the old content stays in the lease file, the next run resets the GPU once more, which
      // does no harm.
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // If the lease file cannot be closed, the operating system releases the lock when this
      // process ends.
    }
  }
}
