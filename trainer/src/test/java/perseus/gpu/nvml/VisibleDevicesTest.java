package perseus.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.io.UserError;

class VisibleDevicesTest {
  private static final List<String> GPUS = List.of("GPU-aa00", "GPU-ab00", "GPU-bb00");

  private static String select(String value) {
    return String.join(" ", VisibleDevices.parse(value).select(GPUS, Function.identity()));
  }

  @Test
  void withoutTheVariableAllGpusAreVisible() {
    assertThat(VisibleDevices.parse(null).select(GPUS, Function.identity())).isEqualTo(GPUS);
  }

  @ParameterizedTest
  @CsvSource({
    "'0', GPU-aa00",
    "'2,0', GPU-bb00 GPU-aa00",
    "' 2 , 0 ', GPU-bb00 GPU-aa00",
    "'0,', GPU-aa00",
    "'0,2,-1,1', GPU-aa00 GPU-bb00",
    "'GPU-bb00', GPU-bb00",
    "'GPU-b,GPU-aa', GPU-bb00 GPU-aa00",
    "'gpu-BB', GPU-bb00",
    "'GPU-b,-1,GPU-aa', GPU-bb00",
  })
  void listSelectsGpusInItsOrder(String value, String selected) {
    assertThat(select(value)).isEqualTo(selected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "-1", "-1,0", "NoDevFiles"})
  void emptyListSelectsNoGpu(String value) {
    assertThat(VisibleDevices.parse(value).isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "'3', 3 GPUs",
    "'99999999999', 99999999999",
    "'0,0', twice",
    "'GPU-aa,GPU-aa00', twice",
    "'GPU-a', 2 GPUs",
    "'GPU-c', no GPU",
    "'GPU-aa001', no GPU",
    "'0,GPU-bb', mixes",
    "'0,,1', neither",
    "',0', neither",
    "'1gpu2', neither",
    "'all', neither",
    "'+1', neither",
    "'MIG-GPU-aa00/1/0', MIG",
    "'mig-1234', MIG"
  })
  void listThatCudaWouldCutShortIsRefused(String value, String reason) {
    assertThatThrownBy(() -> select(value))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("CUDA_VISIBLE_DEVICES", reason);
  }
}
