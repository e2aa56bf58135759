package perseus.rank;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.checkpoint.SavedFile;
import perseus.checkpoint.SavedTensor;
import perseus.checkpoint.TensorFile;
import perseus.tensor.runtime.DjlRuntime;

class TensorChunksTest {
  @TempDir Path directory;

  /**
   * The tensor is so large that it is copied in three chunks. It requires a gradient, as parameters
   * do.
   */
  @Test
  void largeTensorKeepsItsBits() {
    Path file = directory.resolve("large.safetensors");
    try (NDManager manager = DjlRuntime.newManager(Device.cpu())) {
      NDArray tensor = manager.arange(2_500_000f).reshape(2500, 1000);
      NDArray copy = manager.zeros(new Shape(2500, 1000));
      tensor.setRequiresGradient(true);
      copy.setRequiresGradient(true);
      SavedFile saved =
          TensorFile.write(
              file,
              Map.of(),
              List.of(new SavedTensor("large", TensorChunks.shape(tensor))),
              described -> TensorChunks.source(tensor));
      TensorFile.read(file, saved, described -> TensorChunks.sink(copy));
      assertThat(copy.toFloatArray()).isEqualTo(tensor.toFloatArray());
    }
  }
}
