package perseus.tensor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaPyTorchTest {
  @TempDir Path folder;

  private Path withCuda() throws IOException {
    Path libraries = Files.createDirectories(folder.resolve("lib"));
    Files.createFile(libraries.resolve("libtorch_cuda.so"));
    return libraries;
  }

  @Test
  void matchingVersionForCudaIsTaken() throws IOException {
    Path libraries = withCuda();
    CudaPyTorch torch = CudaPyTorch.installed(List.of("2.7.1+cu128", folder.toString()), "2.7.1");
    assertThat(torch.found()).isTrue();
    assertThat(torch.environment())
        .containsEntry("PYTORCH_LIBRARY_PATH", libraries.toString())
        .containsEntry("PYTORCH_VERSION", "2.7.1")
        .containsEntry("PYTORCH_FLAVOR", "cu128");
  }

  @Test
  void otherVersionIsRefusedWithBothVersions() throws IOException {
    withCuda();
    CudaPyTorch torch = CudaPyTorch.installed(List.of("2.11.0", folder.toString()), "2.7.1");
    assertThat(torch.found()).isFalse();
    assertThat(torch.explanation()).contains("2.11.0", "2.7.1", "pip install");
  }

  @Test
  void versionForCpusIsRefused() {
    CudaPyTorch torch = CudaPyTorch.installed(List.of("2.7.1+cpu", folder.toString()), "2.7.1");
    assertThat(torch.found()).isFalse();
    assertThat(torch.explanation()).contains(folder.toString(), "pip install");
  }

  @Test
  void missingPyTorchSaysHowToInstallIt() {
    CudaPyTorch torch = CudaPyTorch.installed(List.of(), "2.7.1");
    assertThat(torch.found()).isFalse();
    assertThat(torch.explanation()).contains("pip install torch==2.7.1");
  }

  @Test
  void folderThatTheUserNamesIsPreferred() throws IOException {
    Map<String, String> named = Map.of("PYTORCH_LIBRARY_PATH", withCuda().toString());
    assertThat(CudaPyTorch.find(named).found()).isTrue();
    Map<String, String> empty = Map.of("PYTORCH_LIBRARY_PATH", folder.toString());
    assertThat(CudaPyTorch.find(empty).found()).isFalse();
    assertThat(CudaPyTorch.find(empty).explanation()).contains(folder.toString());
  }
}
