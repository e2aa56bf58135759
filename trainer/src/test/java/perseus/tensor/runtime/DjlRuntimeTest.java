package perseus.tensor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DjlRuntimeTest {
  @Test
  void parametersCanBeChangedInPlaceInEachThread() throws Exception {
    float here = incremented();
    // PyTorch refuses the change in a thread in which automatic differentiation is on.
    float elsewhere =
        CompletableFuture.supplyAsync(DjlRuntimeTest::incremented, work -> new Thread(work).start())
            .get();
    assertThat(here).isEqualTo(2);
    assertThat(elsewhere).isEqualTo(2);
  }

  private static float incremented() {
    try (NDManager manager = DjlRuntime.newManager(Device.cpu())) {
      NDArray parameter = manager.create(1f);
      parameter.setRequiresGradient(true);
      return parameter.addi(1).toFloatArray()[0];
    }
  }
}
