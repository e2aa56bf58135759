package perseus.transport.nccl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import org.junit.jupiter.api.Test;
import perseus.io.UserError;
import perseus.transport.NcclSupport;

class NcclDetectionTest {
  @Test
  void rankOnACpuCannotUseNccl() {
    assertThat(NcclDetection.detect(Device.cpu(), null)).isEqualTo(NcclSupport.ON_CPU);
  }

  @Test
  void missingLibraryIsExplained() {
    NcclSupport support = NcclDetection.detect(Device.cpu(), "/nowhere/libnccl.so.2");
    assertThat(support.version()).isZero();
    assertThat(support.obstacle())
        .contains("cannot use NCCL", "/nowhere/libnccl.so.2", "NCCL_LIBRARY");
  }

  @Test
  void libraryForTheHostsMemoryNeedsNoGpu() {
    StubNccl.load("ncclGetVersion -1 0 value 21805");
    assertThat(NcclDetection.detect(Device.cpu(), StubNccl.loaded().toString()))
        .isEqualTo(new NcclSupport(null, 21805, null));
  }

  @Test
  void oldLibraryIsRefused() {
    StubNccl.load("ncclGetVersion -1 0 value 21703");
    assertThatThrownBy(() -> Nccl.load(StubNccl.loaded().toString()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("21703");
  }

  @Test
  void libraryWithoutNcclsFunctionsIsRefused() {
    assertThatThrownBy(() -> Nccl.load("libc.so.6"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("ncclGetVersion");
  }
}
