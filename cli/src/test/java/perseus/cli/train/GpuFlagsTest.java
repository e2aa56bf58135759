package perseus.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import perseus.control.Mode;
import perseus.gpu.FakeGpu;
import perseus.gpu.Gpu;
import perseus.gpu.GpuInfo.EnergySource;
import perseus.gpu.clock.ClockControl;
import perseus.io.UserError;
import perseus.tensor.runtime.CudaPyTorch;
import picocli.CommandLine;

/**
 * Tests the flags that choose GPUs. The fake GPU of these tests has the clocks 1500, 1200 and 900
 * MHz.
 */
class GpuFlagsTest {
  private static final CudaPyTorch TORCH = new CudaPyTorch(Map.of("A", "B"), true, "found");
  private static final CudaPyTorch NO_TORCH = new CudaPyTorch(Map.of(), false, "no PyTorch");

  private static GpuFlags flags(String... arguments) {
    GpuFlags flags = new GpuFlags();
    CommandLine.populateCommand(flags, arguments);
    return flags;
  }

  private static List<Gpu> gpus(int count) {
    return IntStream.range(0, count)
        .<Gpu>mapToObj(i -> new FakeGpu(() -> 0, 100, EnergySource.COUNTER))
        .toList();
  }

  private static GpuFlags.Needs needs(int ranks, String clockControl, boolean replay) {
    return new GpuFlags.Needs(
        ranks, ClockControl.parse(clockControl, Map.of()), Mode.FREQUENCY, replay);
  }

  @Test
  void powerLimitsNeedRealGpus() {
    assertThatThrownBy(
            () ->
                flags("--gpu", "sim:a40")
                    .choose(
                        false,
                        new GpuFlags.Needs(1, new ClockControl.Driver(), Mode.POWER_LIMIT, false)))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("--power_limit", "simulated");
  }

  @Test
  void realGpusAreTheDefaultWhereEachRankFindsOneAndPyTorchIsThere() {
    GpuChoice choice = flags().choose(gpus(2), needs(2, "nvml", false), TORCH);
    assertThat(choice.type().simulated()).isFalse();
    assertThat(choice.type().powerStates()).containsExactly(1500, 1200, 900);
    assertThat(choice.perRank()).hasSize(2);
    assertThat(choice.device()).isEqualTo("cuda");
    assertThat(choice.environment()).containsEntry("A", "B");
    assertThat(choice.freeBytes()).containsExactly(1L << 30, 1L << 30);
  }

  @Test
  void withoutClockControlOnlyTheHighestClockIsProfiledButPlansKeepTheirs() {
    assertThat(flags().choose(gpus(1), needs(1, "none", false), TORCH).type().powerStates())
        .containsExactly(1500);
    assertThat(flags().choose(gpus(1), needs(1, "none", true), TORCH).type().powerStates())
        .containsExactly(1500, 1200, 900);
  }

  @Test
  void tooFewGpusFallBackToSimulationUnlessTheUserAskedForReal() {
    GpuChoice choice = flags().choose(gpus(1), needs(2, "nvml", false), TORCH);
    assertThat(choice.type().simulated()).isTrue();
    assertThat(choice.explanation()).contains("2 ranks", "it has 1");
    assertThatThrownBy(() -> flags("--gpu", "nvml").choose(gpus(1), needs(2, "nvml", false), TORCH))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("2 ranks", "it has 1", "--allow_shared_gpus");
  }

  @Test
  void sharedGpusAreAllowedByAFlagAndTheirMemoryIsNotCounted() {
    GpuChoice choice =
        flags("--gpu", "nvml", "--allow_shared_gpus")
            .choose(gpus(1), needs(2, "nvml", false), TORCH);
    assertThat(choice.perRank()).hasSize(2);
    assertThat(choice.freeBytes()).isEmpty();
    assertThat(choice.explanation()).startsWith("warning").contains("2 ranks share 1 GPU");
  }

  @Test
  void hostWithoutGpusIsNotBlamedOnTheSelectionAlone() {
    assertThatThrownBy(() -> flags("--gpu", "nvml").choose(gpus(0), needs(2, "nvml", false), TORCH))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has no GPU");
  }

  @Test
  void unknownGpuListsTheRealOneToo() {
    assertThatThrownBy(() -> flags("--gpu", "nvm").check(false))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("--gpu", "did you mean nvml", "sim:h200");
    flags("--gpu", "SIM:H200").check(false);
  }

  @Test
  void realGpusWithoutPyTorchComputeOnTheCpuWithAWarning() {
    GpuChoice choice = flags("--gpu", "nvml").choose(gpus(1), needs(1, "nvml", false), NO_TORCH);
    assertThat(choice.device()).isEqualTo("cpu");
    assertThat(choice.type().simulated()).isFalse();
    assertThat(choice.explanation()).startsWith("warning").contains("no PyTorch");
  }

  @Test
  void cudaWithoutPyTorchIsRefused() {
    assertThatThrownBy(
            () -> flags("--device", "cuda").choose(gpus(1), needs(1, "nvml", false), NO_TORCH))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no PyTorch");
  }

  @Test
  void unknownDeviceAndRealGpusOnTheVirtualEngineAreRefused() {
    assertThatThrownBy(() -> flags("--device", "cudda").check(false)).hasMessageContaining("cuda");
    assertThatThrownBy(() -> flags("--gpu", "nvml").check(true)).hasMessageContaining("virtual");
  }
}
