package perseus.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a written file is either complete or absent, whatever existed at its path before. */
class AtomicFilesTest {
  @TempDir Path directory;

  private List<Path> contents() throws IOException {
    try (var files = Files.walk(directory)) {
      return files.filter(f -> !f.equals(directory)).map(directory::relativize).sorted().toList();
    }
  }

  @Test
  void fileIsReplacedAndItsDirectoryIsCreated() throws IOException {
    Path file = directory.resolve("a run/of today/x.txt");
    AtomicFiles.write(file, "first, and longer");
    AtomicFiles.write(file, "second");
    assertThat(file).hasContent("second");
    assertThat(contents())
        .containsExactly(
            Path.of("a run"), Path.of("a run/of today"), Path.of("a run/of today/x.txt"));
  }

  @Test
  void failureLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = directory.resolve("x.txt");
    AtomicFiles.write(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write("half");
                      out.flush();
                      throw new IOException("the disk is full");
                    }))
        .isInstanceOf(UserError.class)
        .hasMessage(file + " cannot be written: the disk is full.");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      throw new IllegalStateException("a bug");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(file).hasContent("old");
    assertThat(contents()).containsExactly(Path.of("x.txt"));
  }

  @Test
  void severalFilesAreReplacedTogetherOrNotAtAll() throws IOException {
    Path out = directory.resolve("out");
    AtomicFiles.write(out.resolve("a.txt"), "old");
    AtomicFiles.write(out.resolve("folder/old.txt"), "old");
    AtomicFiles.write(out.resolve("mine.txt"), "mine");
    Files.createDirectory(out.resolve("b.txt"));
    AtomicFiles.Maker maker =
        temporary -> {
          AtomicFiles.write(temporary.resolve("a.txt"), "new");
          AtomicFiles.write(temporary.resolve("b.txt"), "new");
          AtomicFiles.write(temporary.resolve("folder/new.txt"), "new");
        };
    List<Path> before = contents();
    assertThatThrownBy(() -> AtomicFiles.replaceAll(out, maker))
        .isInstanceOf(UserError.class)
        .hasMessage(out.resolve("b.txt") + " cannot be written: it is a directory.");
    assertThat(contents()).isEqualTo(before);
    assertThat(out.resolve("a.txt")).hasContent("old");
    Files.delete(out.resolve("b.txt"));
    AtomicFiles.replaceAll(out, maker);
    assertThat(out.resolve("a.txt")).hasContent("new");
    assertThat(contents())
        .contains(Path.of("out/mine.txt"), Path.of("out/b.txt"), Path.of("out/folder/new.txt"))
        .doesNotContain(Path.of("out/folder/old.txt"))
        .hasSize(6);
  }

  /**
   * The file system does not allow one of the files to be moved. Therefore a move fails after other
   * moves have succeeded.
   */
  @Test
  void movesAreUndoneIfALaterMoveFails() throws Exception {
    Path out = directory.resolve("out");
    AtomicFiles.write(out.resolve("a.txt"), "old");
    AtomicFiles.write(out.resolve("folder/old.txt"), "old");
    AtomicFiles.write(out.resolve("z.txt"), "old");
    Assumptions.assumeTrue(
        changeAttributes("+i", out.resolve("z.txt")),
        "this user or file system cannot make a file immutable");
    try {
      List<Path> before = contents();
      assertThatThrownBy(
              () ->
                  AtomicFiles.replaceAll(
                      out,
                      temporary -> {
                        AtomicFiles.write(temporary.resolve("a.txt"), "new");
                        AtomicFiles.write(temporary.resolve("folder/new.txt"), "new");
                        AtomicFiles.write(temporary.resolve("z.txt"), "new");
                      }))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(out.toString());
      assertThat(contents()).isEqualTo(before);
      assertThat(out.resolve("a.txt")).hasContent("old");
    } finally {
      changeAttributes("-i", out.resolve("z.txt"));
    }
  }

  private static boolean changeAttributes(String change, Path file) throws InterruptedException {
    try {
      return new ProcessBuilder("chattr", change, file.toString()).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void directoryIsNeverReplacedByAFile() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    Path full = Files.createDirectory(directory.resolve("full"));
    Files.createFile(full.resolve("kept"));
    for (Path path : List.of(empty, full, Path.of("/"), empty.resolve(".."))) {
      assertThatThrownBy(() -> AtomicFiles.write(path, "text"))
          .isInstanceOf(UserError.class)
          .hasMessage(path + " cannot be written: it is a directory.");
    }
    assertThat(contents()).containsExactly(Path.of("empty"), Path.of("full"), Path.of("full/kept"));
  }

  @Test
  void fileInThePlaceOfAParentDirectoryIsNamed() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> AtomicFiles.write(file.resolve("x"), "text"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(file + " is not a directory");
    assertThatThrownBy(() -> AtomicFiles.write(file.resolve("y/x"), "text"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(file.toString());
    assertThat(contents()).containsExactly(Path.of("file"));
  }

  @Test
  void temporaryFilesOfAnotherProcessWithTheSameIdStay() throws IOException {
    Path other = directory.resolve(".tmp" + ProcessHandle.current().pid() + "-plans");
    Files.createDirectory(other);
    Path half = Files.createFile(other.resolve("half"));
    AtomicFiles.replace(directory.resolve("plans"), Files::createDirectory);
    assertThat(contents())
        .containsExactly(directory.relativize(other), directory.relativize(half), Path.of("plans"));
  }

  /** Processes of two containers that share a directory may have the same process id. */
  @Test
  void writersWithTheSameProcessIdDoNotDisturbEachOther() throws Exception {
    Path file = directory.resolve("run.json");
    String text = "x".repeat(3_000);
    ExecutorService writers = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int writer = 0; writer < 4; writer++) {
        all.add(
            writers.submit(
                () -> {
                  for (int i = 0; i < 250; i++) {
                    AtomicFiles.write(file, text);
                  }
                }));
      }
      for (Future<?> writer : all) {
        writer.get();
      }
    } finally {
      writers.shutdownNow();
    }
    assertThat(file).hasContent(text);
    assertThat(contents()).containsExactly(Path.of("run.json"));
  }

  @Test
  void linkKeepsPointingToTheFileThatIsReplaced() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    AtomicFiles.write(link, "text");
    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("text");
  }

  @Test
  void deviceIsWrittenToAndStaysADevice() {
    Path device = Path.of("/dev/null");
    if (Files.exists(device)) {
      AtomicFiles.write(device, "text");
      assertThat(Files.isRegularFile(device)).isFalse();
    }
  }
}
