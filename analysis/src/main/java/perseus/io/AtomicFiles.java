package perseus.io;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Writes each file either completely or not at all, so that other programs never read a partly
 * written file.
 *
 * <p>The contents of a file are first written under a temporary name in the directory of the file.
 * A complete temporary file is renamed to the final name of the file. The file system renames a
 * file in one step, so no other program sees a partly written file.
 */
public final class AtomicFiles {
  static final String IS_A_DIRECTORY = "it is a directory";
  static final String ON_OTHER_FILE_SYSTEM =
      "it is a mount point or a link to another file system, so it cannot be replaced in one step; write to a directory on that file system instead";

  private AtomicFiles() {}

  /**
   * Defines a function that writes the contents of one file to a writer, which {@link AtomicFiles}
   * opens.
   */
  @FunctionalInterface
  public interface Body {
    /**
     * Writes the contents of the file to {@code out}. The caller of this method closes {@code out}.
     */
    void writeTo(BufferedWriter out) throws IOException;
  }

  /** Defines a function that creates a file or a directory at a given path. */
  @FunctionalInterface
  public interface Maker {
    /**
     * Creates a file or directory at the path {@code temporary}.
     *
     * @param temporary path at which to create the file or directory. The method {@link #replace}
     *     passes a path that does not exist. The method {@link #replaceAll} passes an empty
     *     directory, which the function fills.
     */
    void make(Path temporary) throws IOException;
  }

  /**
   * Writes a text file in UTF-8. If {@code file} already exists, its old contents are replaced.
   *
   * @throws UserError if the file cannot be written; the old file is kept in that case, and no
   *     temporary file remains
   * @see #replace
   */
  public static void write(Path file, Body body) {
    replace(
        file,
        path -> {
          try (BufferedWriter out = Files.newBufferedWriter(path, StandardCharsets.UTF_8)) {
            body.writeTo(out);
          }
        });
  }

  /**
   * Writes {@code text} to {@code file} in UTF-8. If {@code file} already exists, its old contents
   * are replaced.
   *
   * @see #write(Path, Body)
   */
  public static void write(Path file, String text) {
    write(file, out -> out.write(text));
  }

  /**
   * Calls {@code maker} to create a file or directory under a temporary name, then renames the
   * created file or directory to {@code file}. The temporary name has the same file name extension
   * as {@code file}, because some writers choose the file format by the extension. An existing
   * directory is never replaced by a file.
   *
   * <p>If {@code file} is a symbolic link, the target of the link is replaced. If {@code file} is a
   * pipe or a device, such as /dev/stdout, the created contents are written to it.
   *
   * @throws UserError if the file or directory cannot be created or renamed; the old file is kept
   *     in that case, and no temporary file remains
   */
  public static void replace(Path file, Maker maker) {
    try {
      Path target = OutputTarget.of(file);
      if (target.getFileName() == null) {
        throw new IOException(IS_A_DIRECTORY);
      }
      if (OutputTarget.isDevice(target)) {
        OutputTarget.writeThrough(target, maker);
        return;
      }
      createDirectories(target.getParent());
      Path temporary = target.resolveSibling(temporaryName(target.getFileName().toString()));
      try {
        maker.make(temporary);
        if (Files.isDirectory(target) && !Files.isDirectory(temporary)) {
          throw new IOException(IS_A_DIRECTORY);
        }
        // With Java's option REPLACE_EXISTING, the old file would be deleted before the new file is
        // renamed. Files are moved with the option ATOMIC_MOVE, so that the old or the new file
        // exists at every moment.
        Files.move(
            temporary,
            target,
            Files.isDirectory(temporary)
                ? StandardCopyOption.REPLACE_EXISTING
                : StandardCopyOption.ATOMIC_MOVE);
      } finally {
        delete(temporary);
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /**
   * Returns a temporary file name that contains the id of this process and random characters. The
   * random characters are necessary because two containers may share a directory and have processes
   * with the same id.
   */
  static String temporaryName(String name) {
    String random = UUID.randomUUID().toString().substring(0, 8);
    return ".tmp" + ProcessHandle.current().pid() + "-" + random + "-" + name;
  }

  /**
   * Calls {@code maker} to fill a temporary directory, then moves its files and subdirectories into
   * {@code directory}. A moved file or subdirectory replaces an existing one of the same name. All
   * other files and subdirectories of {@code directory} stay unchanged.
   *
   * @throws UserError if a file or subdirectory cannot be created, in which case {@code directory}
   *     is unchanged
   */
  public static void replaceAll(Path directory, Maker maker) {
    createDirectories(directory);
    Path temporary = directory.resolve(temporaryName("all"));
    Path made = temporary.resolve("new");
    Path replaced = temporary.resolve("old");
    try {
      Files.createDirectories(made);
      Files.createDirectory(replaced);
      try {
        maker.make(made);
        EntryMoves.moveAll(made, directory, replaced);
        delete(replaced);
      } finally {
        // The temporary directory is kept if it still contains replaced files that could not be
        // moved back.
        if (!Files.exists(replaced) || isEmpty(replaced)) {
          delete(temporary);
        }
      }
    } catch (UserError e) {
      throw new UserError(e.getMessage().replace(made.toString(), directory.toString()), e);
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }

  /**
   * Deletes a file, or a directory with its contents. If {@code path} does not exist, the method
   * does nothing.
   */
  public static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /**
   * Returns the error for a file that could not be read. The error message states why the file
   * could not be read.
   */
  public static UserError unreadable(Path file, IOException e) {
    return new UserError(
        e instanceof NoSuchFileException
            ? file + " does not exist."
            : file + " cannot be read: " + reason(e) + ".",
        e);
  }

  /**
   * Returns the error for a file or directory that could not be written. The error message states
   * why the file could not be written.
   */
  public static UserError unwritable(Path file, IOException e) {
    return new UserError(file + " cannot be written: " + reason(e) + ".", e);
  }

  /**
   * Creates a directory and all missing parent directories.
   *
   * @throws UserError if one of the directories cannot be created
   */
  public static void createDirectories(Path directory) {
    if (!Files.isDirectory(directory)) {
      OutputTarget.requireDirectory(directory);
    }
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      // Some file systems, such as /proc, refuse new directories with this error.
      boolean refused = e instanceof NoSuchFileException;
      throw new UserError(
          "The directory %s cannot be created: %s. Choose a directory on another file system."
              .formatted(
                  directory, refused ? "its file system allows no new directories" : reason(e)),
          e);
    }
  }

  /**
   * Returns the reason why a file operation failed. The returned text can follow the words "x
   * cannot be read:" in an error message.
   */
  public static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException exists) {
      return exists.getFile() + " is not a directory";
    }
    if (e instanceof NoSuchFileException missing) {
      return missing.getFile() + " does not exist";
    }
    if (e instanceof NotDirectoryException file) {
      return file.getFile() + " is not a directory";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return IS_A_DIRECTORY;
    }
    if (e instanceof AtomicMoveNotSupportedException) {
      return ON_OTHER_FILE_SYSTEM;
    }
    if (e instanceof CharacterCodingException) {
      return "it is not text in UTF-8";
    }
    String message =
        e instanceof FileSystemException failed && failed.getReason() != null
            ? failed.getReason()
            : e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
