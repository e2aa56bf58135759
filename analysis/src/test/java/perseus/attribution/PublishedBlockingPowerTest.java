package perseus.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Tests that the published blocking power of a GPU is found by the GPU's name. */
class PublishedBlockingPowerTest {
  private static final PublishedBlockingPower A100 = new PublishedBlockingPower("A100", 83.64);
  private static final PublishedBlockingPower A40 = new PublishedBlockingPower("A40", 70.38);

  @Test
  void gpuIsFoundByItsNameInAnyCase() {
    assertThat(PublishedBlockingPower.namedIn("NVIDIA A100-PCIE-40GB")).contains(A100);
    assertThat(PublishedBlockingPower.namedIn("sim:a40")).contains(A40);
    assertThat(PublishedBlockingPower.namedIn("NVIDIA H200")).isEmpty();
    assertThat(PublishedBlockingPower.namedIn("")).isEmpty();
    assertThat(PublishedBlockingPower.namedIn((String) null)).isEmpty();
  }

  @Test
  void nearestDirectoryThatNamesAGpuCounts() {
    assertThat(PublishedBlockingPower.namedIn(Path.of("runs-a40/gpt3_a100/profile")))
        .contains(A100);
    assertThat(PublishedBlockingPower.namedIn(Path.of("/runs-a40/gpt3/../t5"))).contains(A40);
    assertThat(PublishedBlockingPower.namedIn(Path.of("/runs/h200"))).isEmpty();
  }

  @Test
  void listHasEveryValueWithItsGpu() {
    assertThat(PublishedBlockingPower.listed()).contains("83.64", "A100", "70.38", "A40");
  }
}
