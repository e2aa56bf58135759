package perseus.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuException.Reason;
import perseus.gpu.GpuInfo.EnergySource;
import perseus.gpu.GpuProviders;
import perseus.io.UserError;

class NvmlProviderTest {
  @TempDir Path directory;
  private StubNvml stub;

  @BeforeEach
  void createFourGpus() {
    stub = StubNvml.create(directory.resolve("stub")).set("gpus", 4);
  }

  private List<Integer> visible(String... variables) {
    Map<String, String> environment =
        variables.length == 0 ? Map.of() : Map.of(variables[0], variables[1]);
    return indices(stub.provider(environment).openVisible());
  }

  private static List<Integer> indices(List<Gpu> gpus) {
    return gpus.stream().map(gpu -> gpu.info().index()).toList();
  }

  private static void assertFails(Reason reason, List<String> words, NvmlProvider provider) {
    assertThatThrownBy(provider::openAll)
        .hasMessageContainingAll(words.toArray(String[]::new))
        .asInstanceOf(type(GpuException.class))
        .returns(reason, GpuException::reason);
  }

  @Test
  void providerIsFoundByItsName() {
    assertThat(GpuProviders.named("nvml")).containsInstanceOf(NvmlProvider.class);
  }

  @Test
  void missingOrDamagedLibraryIsReportedAsMissingDriver() throws IOException {
    Path missing = directory.resolve("no.so");
    assertFails(
        Reason.NO_DRIVER,
        List.of("no.so", "No such file"),
        new NvmlProvider(missing, missing, Map.of()));
    Path damaged = Files.writeString(directory.resolve("text.so"), "text");
    assertFails(
        Reason.NO_DRIVER,
        List.of("text.so", "file too short"),
        new NvmlProvider(damaged, damaged, Map.of()));
  }

  @Test
  void driverThatDoesNotWorkIsReportedUntilItWorks() {
    NvmlProvider provider = stub.set("error.nvmlInit_v2", 9).provider();
    assertFails(Reason.NO_DRIVER, List.of("modprobe"), provider);
    stub.set("error.nvmlInit_v2", 18);
    assertFails(Reason.NO_DRIVER, List.of("versions"), provider);
    stub.remove("error.nvmlInit_v2");
    assertThat(provider.openAll()).hasSize(4);
  }

  @Test
  void lostGpuIsReportedAndHidesNoOther() {
    stub.set("error.nvmlDeviceGetHandleByIndex_v2.1", 15).set("error.nvmlDeviceGetUUID.2", 16);
    assertFails(Reason.GPU_LOST, List.of("GPU 1"), stub.provider());
    List<GpuException> failed = new ArrayList<>();
    assertThat(indices(stub.provider().openAll(failed::add))).containsExactly(0, 3);
    assertThat(failed).extracting(GpuException::reason).containsOnly(Reason.GPU_LOST).hasSize(2);
    assertThat(visible("CUDA_VISIBLE_DEVICES", "GPU-57ab0003,GPU-57ab0000")).containsExactly(3, 0);
    assertThatThrownBy(() -> visible("CUDA_VISIBLE_DEVICES", "GPU-57ab0001"))
        .isInstanceOf(GpuException.class);
    assertThatThrownBy(() -> visible()).isInstanceOf(GpuException.class);
  }

  @Test
  void gpusThatABatchSystemHidesAreLeftOut() {
    String function = "error.nvmlDeviceGetHandleByIndex_v2";
    stub.set(function + ".0", 4).set(function + ".2", 4);
    assertThat(indices(stub.provider().openAll())).containsExactly(1, 3);
    assertThat(visible("CUDA_VISIBLE_DEVICES", "1")).containsExactly(3);
    stub.set(function, 4);
    assertFails(Reason.NO_PERMISSION, List.of("/dev/nvidia"), stub.provider());
  }

  @Test
  void hostWithoutGpusIsEmpty() {
    stub.set("gpus", 0);
    assertThat(stub.provider().openAll()).isEmpty();
    assertThat(visible()).isEmpty();
  }

  @Test
  void cudaDecidesTheOrderAndTheSelection() {
    stub.set("cuda", "2,0,1,3");
    assertThat(visible()).containsExactly(2, 0, 1, 3);
    stub.set("cuda", "2,1");
    assertThat(visible("CUDA_VISIBLE_DEVICES", "0,2")).containsExactly(2, 1);
    stub.set("cuda", "");
    assertThat(visible()).isEmpty();
  }

  @Test
  void selectionThatDiffersFromTheGpusOfCudaIsRefused() {
    stub.set("cuda", "2");
    assertThatThrownBy(() -> visible("CUDA_VISIBLE_DEVICES", "0,2"))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("selects 2 GPUs", "GPU-57ab0002");
  }

  @Test
  void deviceOfCudaThatNvmlDoesNotListIsRefused() {
    stub.set("cuda", "9");
    assertThatThrownBy(() -> visible())
        .isInstanceOf(GpuException.class)
        .hasMessageContaining("MIG");
  }

  @Test
  void withoutCudaNumbersFollowThePciBus() {
    stub.set("pci_bus.3", 1);
    assertThat(visible()).containsExactly(3, 0, 1, 2);
    assertThat(visible("CUDA_VISIBLE_DEVICES", "0,1")).containsExactly(3, 0);
  }

  @Test
  void withoutCudaNumbersOfDifferentGpusAreRefusedUnlessTheOrderIsSet() {
    stub.set("name.3", "NVIDIA Other");
    assertThatThrownBy(() -> visible("CUDA_VISIBLE_DEVICES", "0"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("CUDA_DEVICE_ORDER=PCI_BUS_ID");
    Map<String, String> ordered =
        Map.of("CUDA_VISIBLE_DEVICES", "0", "CUDA_DEVICE_ORDER", "PCI_BUS_ID");
    assertThat(indices(stub.provider(ordered).openVisible())).containsExactly(0);
    assertThat(visible("CUDA_VISIBLE_DEVICES", "GPU-57ab0003")).containsExactly(3);
  }

  @Test
  void gpuInMigModeIsRefusedIfItIsSelected() {
    stub.set("mig.2", 1);
    assertThat(stub.provider().openAll()).hasSize(4);
    assertThat(visible("CUDA_VISIBLE_DEVICES", "0,1")).containsExactly(0, 1);
    assertThatThrownBy(() -> visible())
        .isInstanceOf(GpuException.class)
        .hasMessageContainingAll("GPU 2", "MIG");
  }

  @Test
  void gpuWhoseEnergyCannotBeMeasuredIsRefusedIfItIsSelected() {
    stub.set("counter.2", "none").set("samples.2", "none").set("counter.1", "none");
    assertThat(stub.provider().openAll().get(2).info().energySource()).isEqualTo(EnergySource.NONE);
    assertThat(visible("CUDA_VISIBLE_DEVICES", "0,1")).containsExactly(0, 1);
    assertThatThrownBy(() -> visible())
        .isInstanceOf(GpuException.class)
        .hasMessageContainingAll("GPU 2", "energy");
  }

  @Test
  void emptySelectionNeedsNoDriver() {
    Path missing = directory.resolve("no.so");
    NvmlProvider provider = new NvmlProvider(missing, missing, Map.of("CUDA_VISIBLE_DEVICES", ""));
    assertThat(provider.openVisible()).isEmpty();
  }
}
