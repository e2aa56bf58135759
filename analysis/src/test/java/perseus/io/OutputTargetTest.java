package perseus.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that all writers support symbolic links, pipes and devices as outputs, and that checks find
 * wrong outputs before anything is written.
 */
@Timeout(20)
class OutputTargetTest {
  @TempDir Path home;

  private Path pipe(String name) throws Exception {
    Path pipe = home.resolve(name);
    try {
      Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
      Assumptions.assumeTrue(made.waitFor() == 0, "skipped: mkfifo fails here");
    } catch (IOException e) {
      Assumptions.abort("skipped: there is no mkfifo");
    }
    return pipe;
  }

  /** Makes a directory on another file system than the file system of {@code home}. */
  private static Path elsewhere(Path home) throws IOException {
    Path shared = Path.of("/dev/shm");
    Assumptions.assumeTrue(
        Files.isDirectory(shared)
            && Files.isWritable(shared)
            && !Files.getFileStore(shared).equals(Files.getFileStore(home)),
        "skipped: /dev/shm is no other file system");
    return Files.createTempDirectory(shared, "perseus-test-");
  }

  @Test
  void linkToAFileOnAnotherFileSystemIsWrittenThroughAndToADirectoryIsRefused() throws IOException {
    Path other = elsewhere(home);
    try {
      Path target = Files.writeString(other.resolve("target"), "old");
      Path kept = Files.createDirectory(other.resolve("folder")).resolve("kept");
      Files.writeString(kept, "old");
      Path link = Files.createSymbolicLink(home.resolve("file"), target);
      AtomicFiles.replaceAll(home, made -> Files.writeString(made.resolve("file"), "new"));
      assertThat(link).isSymbolicLink();
      assertThat(target).hasContent("new");

      Path folder = Files.createSymbolicLink(home.resolve("folder"), kept.getParent());
      assertThatThrownBy(() -> OutputTarget.requireFolder(folder))
          .hasMessageContainingAll(folder.toString(), "another file system");
      OutputTarget.requireFolder(home.resolve("missing"));
      assertThatThrownBy(
              () ->
                  AtomicFiles.replaceAll(
                      home,
                      made -> {
                        Files.writeString(made.resolve("file"), "newer");
                        Files.createDirectory(made.resolve("folder"));
                      }))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("another file system");
      assertThat(target).hasContent("new");
      assertThat(kept).hasContent("old");
      try (var entries = Files.list(home)) {
        assertThat(entries).containsExactlyInAnyOrder(link, folder);
      }
    } finally {
      AtomicFiles.delete(other);
    }
  }

  private static CompletableFuture<String> reader(Path pipe) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return Files.readString(pipe);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  void pipeReceivesTheFileAndStaysAPipe() throws Exception {
    Path pipe = pipe("pipe");
    CompletableFuture<String> read = reader(pipe);
    AtomicFiles.replace(pipe, path -> Files.writeString(path, "made"));
    assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo("made");
    assertThat(Files.isRegularFile(pipe)).isFalse();
    assertThat(home).isDirectoryContaining(path -> path.equals(pipe));
  }

  @Test
  void entryOfADirectoryThatIsAPipeReceivesTheFile() throws Exception {
    Path pipe = pipe("entry");
    CompletableFuture<String> read = reader(pipe);
    AtomicFiles.replaceAll(
        home,
        into -> {
          Files.writeString(into.resolve("entry"), "through");
          Files.writeString(into.resolve("other"), "plain");
        });
    assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo("through");
    assertThat(Files.isRegularFile(pipe)).isFalse();
    assertThat(home.resolve("other")).hasContent("plain");
  }

  @Test
  void linkToAFileThatDoesNotExistYetIsKept() throws IOException {
    Path link = Files.createSymbolicLink(home.resolve("link"), Path.of("target"));
    AtomicFiles.replace(link, path -> Files.writeString(path, "one"));
    assertThat(link).isSymbolicLink();
    assertThat(home.resolve("target")).hasContent("one");
    AtomicFiles.replaceAll(home, into -> Files.writeString(into.resolve("link"), "two"));
    assertThat(link).isSymbolicLink();
    assertThat(home.resolve("target")).hasContent("two");
  }

  @Test
  void linksInACircleAreAnError() throws IOException {
    Path one = Files.createSymbolicLink(home.resolve("one"), Path.of("two"));
    Files.createSymbolicLink(home.resolve("two"), Path.of("one"));
    assertThatThrownBy(() -> AtomicFiles.write(one, "text"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("circle");
    assertThatThrownBy(() -> OutputTarget.requireFile(one)).isInstanceOf(UserError.class);
  }

  @Test
  void badOutputsAreFoundWithoutCreatingAnything() throws IOException {
    Path file = Files.writeString(home.resolve("file"), "text");
    assertThatThrownBy(() -> OutputTarget.requireFile(home))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("it is a directory");
    assertThatThrownBy(() -> OutputTarget.requireFile(file.resolve("deep/plan.py")))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("file is not a directory");
    assertThatThrownBy(() -> OutputTarget.requireDirectory(file.resolve("deep")))
        .isInstanceOf(UserError.class);
    OutputTarget.requireFile(home.resolve("new/deep/plan.py"));
    assertThat(Files.exists(home.resolve("new"), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void directoryInWhichNothingCanBeCreatedIsFound() {
    Path kernel = Path.of("/proc");
    Assumptions.assumeTrue(
        Files.isDirectory(kernel) && !Files.isWritable(kernel), "skipped: /proc can be written");
    assertThatThrownBy(() -> OutputTarget.requireFile(kernel.resolve("plan.py")))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(
            "/proc/plan.py cannot be written: nothing can be created in /proc;");
    assertThatThrownBy(() -> OutputTarget.requireDirectory(kernel.resolve("new")))
        .hasMessageContainingAll("/proc/new cannot be created", "created in /proc;");
    assertThatThrownBy(() -> OutputTarget.requireDirectory(kernel))
        .hasMessageStartingWith("Nothing can be created in the directory /proc;");
  }
}
