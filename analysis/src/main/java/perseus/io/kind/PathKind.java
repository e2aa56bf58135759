package perseus.io.kind;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Lists the kinds of files and directories that the commands read and write. */
public enum PathKind {
  RECORDING("a recording"),
  PLANS("a directory of plans"),
  PLAN("a plan"),
  PLAN_FILES("a directory of plan files"),
  PROFILE("a profile"),
  ARCHIVE("an archive"),
  EMPTY("an empty directory"),
  FILE("a file"),
  DIRECTORY("a directory"),
  NOTHING("no file or directory");

  /** Number of bytes at the start of a file that are enough to recognize its kind. */
  private static final int HEAD_BYTES = 256;

  private static final String PLAN_FILE = "freqs_pipeline_\\d+\\.py";

  private final String words;

  PathKind(String words) {
    this.words = words;
  }

  /** Returns the kind as words for a message, such as "a recording". */
  public String words() {
    return words;
  }

  /** Finds the kind of a file or directory from file names and from the first bytes of the file. */
  public static PathKind of(Path path) {
    if (Files.isDirectory(path)) {
      return ofDirectory(names(path));
    }
    return Files.isRegularFile(path) ? ofFile(path) : Files.exists(path) ? FILE : NOTHING;
  }

  private static PathKind ofDirectory(List<String> names) {
    if (names.contains("plans.json")) {
      return PLANS;
    }
    if (names.contains("run.json")
        || names.stream().anyMatch(n -> n.matches("instructions-\\d+\\.csv"))) {
      return RECORDING;
    }
    if (names.stream().anyMatch(name -> name.matches(PLAN_FILE))) {
      return PLAN_FILES;
    }
    return names.isEmpty() ? EMPTY : DIRECTORY;
  }

  private static PathKind ofFile(Path file) {
    String head;
    try (InputStream in = Files.newInputStream(file)) {
      head = new String(in.readNBytes(HEAD_BYTES), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return FILE;
    }
    String name = file.getFileName().toString();
    if (head.startsWith("PK\u0003\u0004")
        || head.startsWith("\u001f\u008b")
        || name.endsWith(".tar")) {
      return ARCHIVE;
    }
    if (name.matches(PLAN_FILE) || name.endsWith(".py") && head.stripLeading().startsWith("[")) {
      return PLAN;
    }
    String columns = head.lines().findFirst().orElse("");
    return columns.contains("stage") && columns.contains("frequency") && columns.contains("energy")
        ? PROFILE
        : FILE;
  }

  /** Returns the names in a directory, sorted; an empty list if the directory cannot be read. */
  static List<String> names(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
