package perseus.io;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
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
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Files that are whole or absent: written under a temporary name beside the target, then renamed.
 */
public final class AtomicFiles {
  private static final String IS_A_DIRECTORY = "it is a directory";

  private AtomicFiles() {}

  /** Writes the contents of one file. */
  @FunctionalInterface
  public interface Body {
    void writeTo(BufferedWriter out) throws IOException;
  }

  /** Makes something at a path that does not exist yet, or fills a directory that does. */
  @FunctionalInterface
  public interface Maker {
    void make(Path temporary) throws IOException;
  }

  /**
   * Writes {@code file} in UTF-8, replacing what was there. A link's target is replaced, not the
   * link; what is no file, such as {@code /dev/stdout}, is written to as it is.
   *
   * @throws UserError if it cannot be written; nothing is left behind then
   */
  public static void write(Path file, Body body) {
    Maker maker =
        path -> {
          try (BufferedWriter out = Files.newBufferedWriter(path, StandardCharsets.UTF_8)) {
            body.writeTo(out);
          }
        };
    try {
      if (isDevice(file)) {
        maker.make(file);
      } else {
        replace(Files.isRegularFile(file) ? file.toRealPath() : file, maker);
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static boolean isDevice(Path file) {
    return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
  }

  /** Writes {@code text} to {@code file}; see {@link #write(Path, Body)}. */
  public static void write(Path file, String text) {
    write(file, out -> out.write(text));
  }

  /**
   * Lets {@code maker} make a temporary file and renames it to {@code file}, which keeps its
   * ending. A directory is never replaced by a file.
   *
   * @throws UserError if it cannot be made or renamed; nothing is left behind then
   */
  public static void replace(Path file, Maker maker) {
    Path target = file.toAbsolutePath();
    try {
      if (target.getFileName() == null) {
        throw new IOException(IS_A_DIRECTORY);
      }
      createDirectories(target.getParent());
      Path temporary = target.resolveSibling(temporaryName(target.getFileName().toString()));
      try {
        maker.make(temporary);
        if (Files.isDirectory(target) && !Files.isDirectory(temporary)) {
          throw new IOException(IS_A_DIRECTORY);
        }
        // REPLACE_EXISTING deletes a file before it renames the other.
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

  /** Containers that share a directory may have processes of the same number. */
  private static String temporaryName(String name) {
    String random = UUID.randomUUID().toString().substring(0, 8);
    return ".tmp" + ProcessHandle.current().pid() + "-" + random + "-" + name;
  }

  /**
   * Lets {@code maker} fill a temporary directory and moves what it holds into {@code directory},
   * in place of what has the same names there.
   *
   * @throws UserError if something cannot be made; then nothing has changed
   */
  public static void replaceAll(Path directory, Maker maker) {
    createDirectories(directory);
    Path temporary = directory.resolve(temporaryName("all"));
    try {
      try {
        Files.createDirectory(temporary);
        maker.make(temporary);
        moveAll(temporary, directory);
      } finally {
        delete(temporary);
      }
    } catch (UserError e) {
      throw new UserError(e.getMessage().replace(temporary.toString(), directory.toString()), e);
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
  }

  private static void moveAll(Path from, Path to) throws IOException {
    List<Path> made;
    try (Stream<Path> files = Files.list(from)) {
      made = files.toList();
    }
    for (Path file : made) {
      Path target = to.resolve(file.getFileName());
      if (Files.isDirectory(target) && !Files.isDirectory(file)) {
        throw unwritable(target, new IOException(IS_A_DIRECTORY));
      }
    }
    for (Path file : made) {
      Path target = to.resolve(file.getFileName());
      if (Files.isDirectory(file)) {
        delete(target);
      }
      Files.move(
          file,
          Files.isRegularFile(target) ? target.toRealPath() : target,
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Deletes a file, or a directory with all that it holds; nothing where there is neither. */
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

  /** The sentence for a file or directory that could not be written. */
  public static UserError unwritable(Path file, IOException e) {
    return new UserError(file + " cannot be written: " + reason(e) + ".", e);
  }

  /**
   * Creates a directory and its parents.
   *
   * @throws UserError if that is not possible
   */
  public static void createDirectories(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UserError(
          "The directory " + directory + " cannot be created: " + reason(e) + ".", e);
    }
  }

  /**
   * Checks before long work that a directory exists or can be created, without creating it.
   *
   * @throws UserError if a file is in its place or that of a parent
   */
  public static void requireDirectory(Path directory) {
    Path existing = directory.toAbsolutePath();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing != null && !Files.isDirectory(existing)) {
      throw new UserError(
          "The directory %s cannot be created: %s is not a directory."
              .formatted(directory, existing));
    }
  }

  /** The reason of a failed file operation, in words. */
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
