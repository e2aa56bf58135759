package perseus.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.UserError;

class ContentDigestTest {
  @TempDir Path home;

  private static ContentDigest of(Path path) {
    return ContentDigest.of(path.toString());
  }

  @Test
  void digestOfAFileDependsOnItsContentsOnly() throws IOException {
    Path text = Files.writeString(home.resolve("a.txt"), "abc");
    assertThat(of(text))
        .isEqualTo(
            new ContentDigest(
                3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    assertThat(of(Files.copy(text, home.resolve("b.txt")))).isEqualTo(of(text));
    assertThat(of(Files.writeString(home.resolve("c.txt"), "abd"))).isNotEqualTo(of(text));
  }

  @Test
  void digestOfNoFileDiffersFromThatOfAnEmptyFile() throws IOException {
    assertThat(of(Files.createFile(home.resolve("empty")))).isNotEqualTo(ContentDigest.of(null));
  }

  @Test
  void digestOfAFolderDependsOnNamesAndSizesOnly() throws IOException {
    Path one = folder("one", "cat/1.png", "dog/2.png");
    assertThat(of(folder("two", "dog/2.png", "cat/1.png"))).isEqualTo(of(one));
    assertThat(of(folder("three", "cat/1.png", "cat/2.png"))).isNotEqualTo(of(one));
    assertThat(of(Files.createSymbolicLink(home.resolve("link"), one))).isEqualTo(of(one));
    Files.writeString(one.resolve("cat/1.png"), "more pixels");
    assertThat(of(home.resolve("two"))).isNotEqualTo(of(one));
  }

  private Path folder(String name, String... files) throws IOException {
    Path folder = home.resolve(name);
    for (String file : files) {
      Files.createDirectories(folder.resolve(file).getParent());
      Files.writeString(folder.resolve(file), "pixels");
    }
    return folder;
  }

  @Test
  void unreadableFileIsNamed() {
    assertThatThrownBy(() -> of(home.resolve("missing.txt")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("missing.txt")
        .hasMessageContaining("does not exist");
  }
}
