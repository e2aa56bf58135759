package perseus.tensor.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.UserError;

/**
 * Tests that PyTorch's libraries are loaded only from a directory that no other user can change.
 */
class NativeCacheTest {
  @TempDir Path temporary;
  @TempDir Path home;
  private NativeCache homeless;

  @BeforeEach
  void nameMissingHome() {
    homeless = new NativeCache(Map.of(), temporary.resolve("no-home"), temporary);
  }

  @Test
  void homeAndVariablesArePreferred() {
    assertThat(new NativeCache(Map.of(), home, temporary).directory()).isEmpty();
    for (String variable : new String[] {"DJL_CACHE_DIR", "ENGINE_CACHE_DIR"}) {
      Map<String, String> set = Map.of(variable, "/elsewhere");
      assertThat(new NativeCache(set, temporary.resolve("no-home"), temporary).directory())
          .isEmpty();
    }
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void withoutHomeTheUserGetsADirectoryOfItsOwn() throws IOException {
    Path own = homeless.directory().orElseThrow();
    assertThat(own).isDirectory().hasParent(temporary);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
        .isEqualTo("rwx------");
    assertThat(Files.getOwner(own)).isEqualTo(Files.getOwner(temporary));
    assertThat(homeless.directory()).contains(own);
    assertThat(new NativeCache(Map.of(), Path.of("?"), temporary).directory()).contains(own);
    assertThat(temporary).isDirectoryNotContaining(path -> !path.equals(own));
  }

  @Test
  void directoryThatOthersCanChangeIsRefused() throws IOException {
    Path own = homeless.directory().orElseThrow();
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
    refused(own);
    Files.delete(own);
    Files.createSymbolicLink(own, home);
    refused(own);
  }

  private void refused(Path own) {
    assertThatThrownBy(homeless::directory)
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(own.toString(), "DJL_CACHE_DIR");
  }
}
