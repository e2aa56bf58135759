package perseus.tensor.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.io.UserError;

class PrecisionTest {
  @Test
  void defaultDependsOnTheDevice() {
    assertThat(Precision.of("auto", true)).isEqualTo(Precision.TF32);
    assertThat(Precision.of("auto", false)).isEqualTo(Precision.FP32);
  }

  @Test
  void precisionsAreFoundByTheirLowerCaseNames() {
    assertThat(Precision.of("fp32", true)).isEqualTo(Precision.FP32);
    assertThat(Precision.of("tf32", true)).isEqualTo(Precision.TF32);
    assertThat(Precision.of("bf16", false)).isEqualTo(Precision.BF16);
    assertThat(Precision.BF16).hasToString("bf16");
  }

  @Test
  void tf32IsRefusedOnACpu() {
    assertThatThrownBy(() -> Precision.of("tf32", false))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("tf32");
  }

  @Test
  void gpusOlderThanAmpereComputeOnlyInFloat32() {
    for (String name : List.of("bf16", "tf32")) {
      assertThatThrownBy(() -> Precision.requireGpu(name, "Tesla V100", 70))
          .isInstanceOf(UserError.class)
          .hasMessageContainingAll(name, "Tesla V100", "7.0", "8.0", "fp32");
      Precision.requireGpu(name, "NVIDIA A100", 80);
      Precision.requireGpu(name, "unknown", 0);
    }
    Precision.requireGpu("fp32", "Tesla V100", 70);
    Precision.requireGpu("fp16", "Tesla V100", 70);
    Precision.requireGpu("auto", "Tesla V100", 70);
  }

  @Test
  void gpusWithoutFloat16AreRefused() {
    assertThatThrownBy(() -> Precision.requireGpu("fp16", "Tesla M60", 52))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("fp16", "Tesla M60", "5.2", "5.3", "fp32");
    Precision.requireGpu("fp16", "Jetson TX1", 53);
  }

  @Test
  void onlyFp16ScalesTheLoss() {
    assertThat(Stream.of("auto", "fp32", "tf32", "bf16", "fp16").filter(Precision::scalesLoss))
        .containsExactly("fp16");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fp8", "BF16", "float", ""})
  void otherNamesAreRefusedWithTheName(String name) {
    assertThatThrownBy(() -> Precision.require(name))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("--precision", name, "bf16");
  }
}
