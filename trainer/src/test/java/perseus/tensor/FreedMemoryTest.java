package perseus.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perseus.model.Family;
import perseus.model.Model;
import perseus.model.layer.Batch;
import perseus.tensor.autograd.Precision;
import perseus.tensor.parameter.StageSpec;
import perseus.transport.TensorGroup;

/** Checks that a backward does not read memory that was freed after its forward. */
class FreedMemoryTest {
  private static final int BUFFERS = 200_000;

  @ParameterizedTest
  @EnumSource(Family.class)
  void gradientsDoNotChangeWhenFreedMemoryIsOverwritten(Family family) throws InterruptedException {
    for (Precision precision : List.of(Precision.FP32, Precision.BF16, Precision.FP16)) {
      assertThat(gradients(family, precision, true))
          .isDeepEqualTo(gradients(family, precision, false));
    }
  }

  private static float[][] gradients(Family family, Precision precision, boolean overwriting)
      throws InterruptedException {
    Model model = SmallModels.of(family);
    Batch batch = new Batch(SmallModels.SAMPLES, SmallModels.TOKENS, 1);
    StageSpec spec =
        new StageSpec(model, 0, model.layers().size(), batch, 1, false, 7, 0.3, precision);
    try (NDManager manager = NDManager.newBaseManager(Device.cpu());
        StageModel stage = StageModels.create(spec, TensorGroup.ALONE)) {
      stage.forward(0, SmallModels.data(family).microbatch(0, manager), new NDList());
      if (overwriting) {
        System.gc();
        Thread.sleep(200);
        overwriteFreedMemory();
      }
      stage.backward(0, new NDList());
      return stage.parameters().stream()
          .map(parameter -> parameter.gradient().toFloatArray())
          .toArray(float[][]::new);
    }
  }

  /** Allocates many small buffers, which reuse freed memory, and writes into them. */
  private static void overwriteFreedMemory() {
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int i = 0; i < BUFFERS; i++) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(4 + i % 3 * 4);
      while (buffer.hasRemaining()) {
        buffer.put((byte) 0x7f);
      }
      buffers.add(buffer);
    }
    assertThat(buffers).hasSize(BUFFERS);
  }
}
