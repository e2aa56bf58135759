package perseus.tensor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpuPyTorchTest {
  @Test
  void classPathOfTheTestsHasPyTorchForThisHost() {
    assertThat(CpuPyTorch.problem()).isEmpty();
  }

  @Test
  void platformHasTheNamesOfPyTorchsLibraries() {
    assertThat(CpuPyTorch.platform("Linux", "amd64")).isEqualTo("linux-x86_64");
    assertThat(CpuPyTorch.platform("Linux", "aarch64")).isEqualTo("linux-aarch64");
  }

  @Test
  void missingAndForeignLibrariesAreNamed() {
    assertThat(CpuPyTorch.problem("linux-aarch64", "linux-x86_64"))
        .hasValueSatisfying(
            text -> assertThat(text).contains("linux-aarch64").contains("linux-x86_64"));
    assertThat(CpuPyTorch.problem("linux-aarch64", null))
        .hasValueSatisfying(text -> assertThat(text).contains("not installed", "linux-aarch64"));
  }
}
