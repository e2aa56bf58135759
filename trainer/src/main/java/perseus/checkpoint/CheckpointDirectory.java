package perseus.checkpoint;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import perseus.io.AtomicFiles;
import perseus.io.UserError;

/**
 * Finds the checkpoints of a training in one directory, which has a folder such as {@code
 * step-000120} for each checkpoint. A folder with a name such as {@code step-000120} always
 * contains a complete checkpoint. A checkpoint has a temporary name until all of its files are
 * written; see {@link CheckpointWriter}.
 */
public record CheckpointDirectory(Path path) {
  private static final Pattern FINAL = Pattern.compile("step-(\\d{6,9})");

  /** Returns the name of the folder that holds the complete checkpoint of a training step. */
  public static String name(int step) {
    return String.format(Locale.ROOT, "step-%06d", step);
  }

  /**
   * Returns the folder of a checkpoint.
   *
   * @param given path of the directory that contains the checkpoints, or path of the folder of the
   *     checkpoint itself
   */
  public static Path folder(Path given, int step) {
    return isCheckpoint(given) ? given : given.resolve(name(step));
  }

  static boolean isCheckpoint(Path folder) {
    return Files.isRegularFile(folder.resolve(CheckpointManifest.FILE_NAME));
  }

  /**
   * Lists the complete checkpoints in the directory, in ascending order of their training steps. If
   * the path is the folder of one checkpoint, the list contains only this checkpoint.
   *
   * @throws UserError if the directory exists but cannot be read
   */
  public List<SavedStep> complete() {
    if (isCheckpoint(path)) {
      Matcher named = FINAL.matcher(path.toAbsolutePath().normalize().getFileName().toString());
      return List.of(saved(path, named.matches() ? Integer.parseInt(named.group(1)) : -1));
    }
    List<SavedStep> steps = new ArrayList<>();
    folders()
        .forEach(
            (step, folder) -> {
              if (isCheckpoint(folder)) {
                steps.add(saved(folder, step));
              }
            });
    return steps;
  }

  /**
   * @param step the training step in the folder's name; -1 if the name contains no step
   */
  private static SavedStep saved(Path folder, int step) {
    try {
      CheckpointManifest manifest = CheckpointManifest.read(folder);
      return step == -1 || step == manifest.step()
          ? new SavedStep(manifest.step(), manifest.id(), null)
          : new SavedStep(
              step,
              null,
              "%s is of step %d, which contradicts the name of its folder. Give the folder the name %s."
                  .formatted(
                      folder.resolve(CheckpointManifest.FILE_NAME),
                      manifest.step(),
                      name(manifest.step())));
    } catch (UserError e) {
      return new SavedStep(step, null, e.getMessage());
    }
  }

  /**
   * Returns the checkpoint with the highest training step in the directory, even if its description
   * is missing; null if there is none.
   *
   * @throws UserError if the directory exists but cannot be read
   */
  public SavedStep newest() {
    TreeMap<Integer, Path> folders = folders();
    return folders.isEmpty() ? null : saved(folders.lastEntry().getValue(), folders.lastKey());
  }

  /**
   * Returns the folders of checkpoints by their training steps. Files may be missing in a folder.
   */
  TreeMap<Integer, Path> folders() {
    TreeMap<Integer, Path> folders = new TreeMap<>();
    if (Files.exists(path)) {
      for (Path folder : list(path, "step-*")) {
        Matcher named = FINAL.matcher(folder.getFileName().toString());
        if (named.matches() && Files.isDirectory(folder)) {
          folders.put(Integer.parseInt(named.group(1)), folder);
        }
      }
    }
    return folders;
  }

  static List<Path> list(Path path, String glob) {
    List<Path> listed = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path, glob)) {
      entries.forEach(listed::add);
      return listed;
    } catch (IOException e) {
      throw AtomicFiles.unreadable(path, e);
    }
  }
}
