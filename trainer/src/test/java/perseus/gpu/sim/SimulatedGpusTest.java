package perseus.gpu.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import perseus.io.UserError;
import perseus.model.layer.KernelWork;
import perseus.recording.run.SupportedFrequencies;

/** Compares the simulated GPUs with measurements of real GPUs. */
class SimulatedGpusTest {

  /**
   * Returns work that takes one second at the highest clock without a power limit.
   *
   * @param computeShare fraction of the time in compute-bound kernels
   */
  private static GpuWork transformer(GpuModel gpu, double computeShare) {
    KernelWork second =
        new KernelWork(
            computeShare * gpu.matmulFlopsPerSecond() * gpu.matmulEfficiency(),
            (1 - computeShare) * gpu.memoryBytesPerSecond() * gpu.memoryEfficiency());
    return new GpuWork(gpu, List.of(second));
  }

  private static int minimumEnergyClock(GpuModel gpu, GpuWork work) {
    return gpu.supportedClocksMhz().stream()
        .min(Comparator.comparingDouble(clock -> joules(work, clock)))
        .orElseThrow();
  }

  private static double watts(GpuWork work, int clock) {
    return joules(work, clock) / work.seconds(clock);
  }

  static double joules(GpuWork work, int clock) {
    GpuWork.Execution execution = work.at(clock, work.referenceCelsius());
    double sum = 0;
    for (int phase = 0; phase < work.phases(); phase++) {
      sum += execution.seconds()[phase] * execution.watts()[phase];
    }
    return sum;
  }

  @Test
  void a100SxmAgreesWithTheMeasuredProfileOfGpt3() {
    GpuModel gpu = SimulatedGpus.named("sim:a100-sxm");
    GpuWork work = transformer(gpu, 0.77);

    assertThat(watts(work, 1410)).isBetween(470.0, 480.0);
    assertThat(watts(work, 855)).isBetween(220.0, 240.0);
    int best = minimumEnergyClock(gpu, work);
    assertThat(best).isBetween(1065, 1080);
    assertThat(joules(work, best) / joules(work, 1410)).isBetween(0.68, 0.74);
    assertThat(work.seconds(best) / work.seconds(1410)).isBetween(1.21, 1.25);
  }

  @Test
  void a40IsSlowedByItsPowerLimit() {
    GpuModel gpu = SimulatedGpus.named("sim:a40");
    GpuWork work = transformer(gpu, 0.45);

    assertThat(watts(work, 1740)).isBetween(290.0, 300.0);
    assertThat(work.seconds(1500)).isCloseTo(work.seconds(1740), within(1e-6));
    assertThat(watts(work, 855)).isCloseTo(177, within(5.0));
    int best = minimumEnergyClock(gpu, work);
    assertThat(best).isBetween(945, 1140);
    assertThat(joules(work, best) / joules(work, 1740)).isBetween(0.72, 0.81);
    assertThat(work.seconds(best) / work.seconds(1740)).isBetween(1.11, 1.24);
  }

  /**
   * The expected times and powers are those of the forward of stage 2 in the published plans of
   * GPT-3 XL.
   */
  @Test
  void a100PcieIsSlowedByItsPowerLimitAbove1200Mhz() {
    GpuModel gpu = SimulatedGpus.named("sim:a100-pcie");
    GpuWork work = transformer(gpu, 0.66);

    assertThat(work.seconds(1260)).isCloseTo(work.seconds(1410), within(1e-6));
    assertThat(work.seconds(1140) / work.seconds(1410)).isCloseTo(0.1270 / 0.1222, within(0.01));
    assertThat(work.seconds(1050) / work.seconds(1410)).isCloseTo(0.1341 / 0.1222, within(0.01));
    assertThat(watts(work, 1140)).isCloseTo(279, within(5.0));
    assertThat(watts(work, 1095)).isCloseTo(262, within(5.0));
    assertThat(watts(work, 1050)).isCloseTo(248, within(5.0));
  }

  @Test
  void h200ReachesItsPowerLimitInComputeBoundBlocks() {
    GpuModel gpu = SimulatedGpus.named("sim:h200");

    assertThat(watts(transformer(gpu, 0.75), 1980)).isBetween(680.0, 700.0);
  }

  @Test
  void supportedClocksEqualThoseOfTheRealGpus() {
    assertThat(SimulatedGpus.named("sim:a40").supportedClocksMhz())
        .startsWith(1740, 1725)
        .endsWith(210);
    assertThat(SimulatedGpus.named("sim:h200").supportedClocksMhz()).startsWith(1980).endsWith(345);
    assertThat(SimulatedGpus.named("SIM:A100-PCIE").supportedClocksMhz()).hasSize(81);
  }

  /**
   * The list of clocks of a GPU has the name of the simulated GPU, but without the board (PCIe or
   * SXM). For example, the list for {@code sim:a100-pcie} has the name {@code a100}.
   */
  @Test
  void clocksAreThoseOfTheListsOfFrequencies() {
    for (String name : SimulatedGpus.names()) {
      String known = name.replaceFirst("sim:([^-]*).*", "$1");
      assertThat(SimulatedGpus.named(name).supportedClocksMhz())
          .as(name)
          .isEqualTo(SupportedFrequencies.parse(known));
    }
  }

  @Test
  void estimatedPowerIsNamedWhereTheGpuIsNamed() {
    assertThat(SimulatedGpus.named("sim:h100").type().title()).contains("estimate");
  }

  @Test
  void unknownNameIsRefusedWithASuggestion() {
    assertThatThrownBy(() -> SimulatedGpus.named("sim:a100-pci"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("did you mean sim:a100-pcie?");
  }

  @Test
  void propertiesAfterTheNameChangeTheModel() {
    GpuModel gpu = SimulatedGpus.named("SIM:A100-SXM, cap=300, lowpass=100,heat=0");

    assertThat(gpu.name()).isEqualTo("sim:a100-sxm,cap=300,lowpass=100,heat=0");
    assertThat(gpu.power().limitWatts()).isEqualTo(300);
    assertThat(gpu.sensors().lowPassSeconds()).isEqualTo(0.1);
    assertThat(gpu.thermal().powerPerKelvin()).isZero();
    assertThat(SimulatedGpus.named(gpu.name())).isEqualTo(gpu);
  }

  @Test
  void impossiblePropertyIsRefused() {
    assertThatThrownBy(() -> SimulatedGpus.named("sim:a40,cap=20"))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("cap", "20", "from");
    assertThatThrownBy(() -> SimulatedGpus.named("sim:a40,limit=200"))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("limit", "cap", "lowpass", "heat");
    assertThatThrownBy(() -> SimulatedGpus.named("sim:a40,"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("sim:a40");
  }
}
