package perseus.io;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Finds out whether the path of an output leads to a file, a directory or a device. Before commands
 * start long work, they check with this class whether an output can be written.
 *
 * <p>A device is anything that is neither a file nor a directory, such as a pipe or {@code
 * /dev/null}. The standard output of the process also counts as a device, even if it is connected
 * to a file.
 */
public final class OutputTarget {
  private static final int MAX_LINKS = 40;
  private static final Set<String> STANDARD_OUTPUT =
      Set.of("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1");

  private OutputTarget() {}

  /**
   * Returns the absolute path to which symbolic links lead, even if no file exists at this path. If
   * the path leads to a device, the method returns the path without resolving its links.
   *
   * @throws IOException if a link cannot be read, or if links lead in a circle
   */
  static Path of(Path path) throws IOException {
    Path target = path.toAbsolutePath();
    for (int links = 0; Files.isSymbolicLink(target) && !isDevice(target); links++) {
      if (links == MAX_LINKS) {
        throw new IOException("its symbolic links lead in a circle");
      }
      target = target.resolveSibling(Files.readSymbolicLink(target)).normalize();
    }
    return target;
  }

  /** Returns whether a path leads to a device, such as a pipe. */
  public static boolean isDevice(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    // Paths below /dev and /proc can lead to standard output. Standard output can be connected to a
    // file, which must not be replaced while a process writes to it.
    boolean isStream = absolute.startsWith("/dev") || absolute.startsWith("/proc");
    return Files.exists(path)
        && !Files.isDirectory(path)
        && (isStream && !absolute.startsWith("/dev/shm") || !Files.isRegularFile(path));
  }

  /** Makes a file in a temporary directory, and writes the contents of this file to a device. */
  static void writeThrough(Path device, AtomicFiles.Maker maker) throws IOException {
    Path scratch = Files.createTempDirectory("perseus-");
    try {
      Path made = scratch.resolve(device.getFileName().toString());
      maker.make(made);
      copyThrough(made, device);
    } finally {
      AtomicFiles.delete(scratch);
    }
  }

  static void copyThrough(Path file, Path device) throws IOException {
    // If standard output is connected to a file, opening this file again would overwrite the text
    // that standard output has already received.
    if (STANDARD_OUTPUT.contains(device.toString())) {
      System.out.flush();
      Files.copy(file, new FileOutputStream(FileDescriptor.out));
      return;
    }
    try (OutputStream out =
        Files.newOutputStream(device, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      Files.copy(file, out);
    }
  }

  /**
   * Checks that a directory exists or could be created, and that files can be created in it. The
   * check creates no file. Commands check their outputs before they start long work.
   *
   * @throws UserError if {@code directory} or one of its parents is not a directory, or if the user
   *     may not write there
   */
  public static void requireDirectory(Path directory) {
    Path existing = existing(directory);
    if (existing != null && !Files.isDirectory(existing)) {
      throw new UserError(
          "The directory %s cannot be created: %s is not a directory. Choose another directory."
              .formatted(directory, existing));
    }
    if (existing != null && !Files.isWritable(existing)) {
      throw new UserError(
          existing.equals(directory.toAbsolutePath())
              ? "Nothing can be created in the directory %s; %s."
                  .formatted(directory, remedy(existing))
              : "The directory %s cannot be created: nothing can be created in %s; %s."
                  .formatted(directory, existing, remedy(existing)));
    }
  }

  /** Returns what the user can do about a directory in which nothing can be created. */
  private static String remedy(Path directory) {
    try {
      if (Files.getFileStore(directory).isReadOnly()) {
        return "its file system is read-only. Choose a directory on another file system";
      }
    } catch (IOException e) {
      // If the file system cannot be examined, the message names the usual reason: permissions.
    }
    return "check its permissions, or choose another directory";
  }

  /** Returns the path if it exists, else its nearest existing parent; null if no parent exists. */
  private static Path existing(Path path) {
    Path existing = path.toAbsolutePath();
    while (existing != null && !Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
      existing = existing.getParent();
    }
    return existing;
  }

  /**
   * Checks that a folder can be replaced in one step. The folder must not exist, or must be on the
   * same file system as its parent directory. The check creates no file.
   *
   * @throws UserError if the folder is a mount point, or a link to another file system
   */
  public static void requireFolder(Path folder) {
    try {
      if (Files.isDirectory(folder)
          && !Files.getFileStore(folder)
              .equals(Files.getFileStore(folder.toAbsolutePath().getParent()))) {
        throw new IOException(AtomicFiles.ON_OTHER_FILE_SYSTEM);
      }
    } catch (IOException e) {
      throw AtomicFiles.unwritable(folder, e);
    }
  }

  /**
   * Checks that a file can be replaced if it exists, or can be created if it does not exist. The
   * check creates no file.
   *
   * @throws UserError if {@code file} is a directory, or if its directory cannot be written
   */
  public static void requireFile(Path file) {
    try {
      Path target = of(file);
      if (Files.isDirectory(target) || target.getFileName() == null) {
        throw new IOException(AtomicFiles.IS_A_DIRECTORY);
      }
      if (isDevice(target)) {
        if (!Files.isWritable(target)) {
          throw new IOException("permission denied");
        }
        return;
      }
      Path existing = existing(target.getParent());
      if (existing != null && Files.isDirectory(existing) && !Files.isWritable(existing)) {
        throw new IOException(
            "nothing can be created in %s; check its permissions".formatted(existing));
      }
      requireDirectory(target.getParent());
    } catch (IOException e) {
      throw AtomicFiles.unwritable(file, e);
    }
  }
}
