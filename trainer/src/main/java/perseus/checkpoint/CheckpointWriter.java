package perseus.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import perseus.io.AtomicFiles;
import perseus.io.UserError;

/**
 * Writes checkpoints into a directory, each either completely or not at all.
 *
 * <p>A checkpoint is written into a folder with a temporary name. When all files of a checkpoint
 * are complete, its folder is renamed to a name such as {@code step-000120}. Several nodes may
 * share a directory, and may call the methods of this class at the same time.
 *
 * @param path path of the directory
 */
public record CheckpointWriter(Path path) {
  private static final String UNFINISHED = ".tmp-step-";

  /**
   * Returns the temporary name that the folder of a checkpoint has until all of its files are
   * written.
   *
   * @param id text that differs between any two jobs
   */
  public static String temporaryName(int step, String id) {
    return ".tmp-" + CheckpointDirectory.name(step) + "-" + id;
  }

  /**
   * Creates the directory if it is missing, and removes the unfinished checkpoints of earlier jobs
   * from it.
   *
   * @throws UserError if the directory cannot be written
   */
  public void prepare() {
    AtomicFiles.createDirectories(path);
    if (!Files.isWritable(path)) {
      throw new UserError(
          "The directory %s cannot be written. Choose another one.".formatted(path));
    }
    CheckpointDirectory.list(path, UNFINISHED + "*").forEach(this::delete);
  }

  /**
   * Creates the folder into which the files of a checkpoint are written.
   *
   * @param temporary name of the folder until the checkpoint is complete
   * @throws UserError if the folder cannot be created
   */
  public Path begin(String temporary) {
    Path folder = path.resolve(temporary);
    AtomicFiles.createDirectories(folder);
    return folder;
  }

  /**
   * Writes the file checkpoint.json into the folder of a checkpoint, after all other files.
   *
   * @param temporary name of the folder until the checkpoint is complete
   * @param json the content of the file
   * @throws UserError if the file cannot be written
   */
  public void describe(String temporary, String json) {
    Path folder = begin(temporary);
    AtomicFiles.replace(
        folder.resolve(CheckpointManifest.FILE_NAME),
        file -> {
          Files.writeString(file, json);
          force(file);
        });
  }

  /**
   * Renames the folder of a complete checkpoint to a name such as {@code step-000120}. If several
   * nodes share the directory, the first of them renames the folder, and the others find the
   * renamed folder.
   *
   * @param temporary name of the folder before the call
   * @throws UserError if the folder cannot be renamed, or if the directory contains another
   *     checkpoint of the same step
   */
  public void publish(String temporary, int step, String id) {
    Path target = path.resolve(CheckpointDirectory.name(step));
    if (contains(target, id)) {
      return;
    }
    Path folder = path.resolve(temporary);
    try {
      force(folder);
      Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
      force(path);
    } catch (IOException e) {
      if (Files.exists(target) && !contains(target, id)) {
        throw new UserError(
            "%s exists already and belongs to another run. Let each run save into its own directory."
                .formatted(target),
            e);
      }
      if (!contains(target, id)) {
        throw AtomicFiles.unwritable(target, e);
      }
    }
  }

  private static boolean contains(Path folder, String id) {
    return CheckpointDirectory.isCheckpoint(folder)
        && id.equals(CheckpointManifest.read(folder).id());
  }

  /**
   * Deletes the oldest checkpoints of the directory.
   *
   * @param count number of the newest checkpoints that are kept
   * @param id id of the job, which the temporary name of a folder contains while it is deleted
   * @throws UserError if a checkpoint cannot be deleted
   */
  public void keepNewest(int count, String id) {
    TreeMap<Integer, Path> folders = new CheckpointDirectory(path).folders();
    folders.values().removeIf(folder -> !CheckpointDirectory.isCheckpoint(folder));
    while (folders.size() > count) {
      int step = folders.firstKey();
      Path folder = folders.remove(step);
      Path renamed = path.resolve(temporaryName(step, id));
      try {
        // A checkpoint gets a temporary name before it is deleted, so that every folder with a name
        // such as step-000120 is complete.
        Files.move(folder, renamed, StandardCopyOption.ATOMIC_MOVE);
      } catch (NoSuchFileException e) {
        // Another node that shares the directory is deleting the checkpoint.
        continue;
      } catch (IOException e) {
        throw undeletable(folder, e);
      }
      delete(renamed);
    }
  }

  /**
   * Deletes the unfinished checkpoints of one job, if there are any. The method is called after the
   * job has failed. The method ignores errors, so that the user sees only the error that made the
   * job fail. If a folder cannot be deleted, the method {@link #prepare} of the next job deletes
   * the folder.
   *
   * @param id id of the job, which the temporary names of its folders contain
   */
  public void deleteUnfinished(String id) {
    try {
      CheckpointDirectory.list(path, UNFINISHED + "*-" + id).forEach(this::delete);
    } catch (UserError e) {
      // The next job that saves into the checkpoint directory will delete the unfinished folder.
    }
  }

  /** Deletes a folder. Another node that shares the directory may delete it at the same time. */
  private void delete(Path folder) {
    try {
      for (Path file : files(folder)) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      // Another node has deleted the folder.
    } catch (IOException e) {
      throw undeletable(folder, e);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static UserError undeletable(Path folder, IOException e) {
    return new UserError(
        "The checkpoint %s cannot be deleted: %s.".formatted(folder, AtomicFiles.reason(e)), e);
  }

  /**
   * Writes a file or the entries of a directory from the file cache to the disk. On systems that
   * cannot write the entries of a directory to the disk, the method does nothing for a directory.
   */
  private static void force(Path path) throws IOException {
    boolean directory = Files.isDirectory(path);
    try (FileChannel channel =
        FileChannel.open(path, directory ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
      channel.force(true);
    } catch (IOException e) {
      if (!directory) {
        throw e;
      }
    }
  }
}
