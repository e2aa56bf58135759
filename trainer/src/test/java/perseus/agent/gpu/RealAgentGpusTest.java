package perseus.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.agent.wire.AgentClock;
import perseus.agent.wire.Hello;
import perseus.agent.wire.Report;
import perseus.gpu.FakeGpu;
import perseus.gpu.Gpu;
import perseus.gpu.GpuInfo.EnergySource;
import perseus.gpu.GpuType;
import perseus.gpu.clock.ClockControl;
import perseus.io.UserError;

class RealAgentGpusTest {
  @TempDir Path home;
  private final List<String> said = new CopyOnWriteArrayList<>();

  private RealAgentGpus open() {
    AgentClock clock = new AgentClock();
    Gpu gpu = new FakeGpu(() -> clock.toEpoch(clock.seconds()), 300, EnergySource.COUNTER);
    ClockControl none = new ClockControl.None();
    GpuType type = GpuType.ofReal("nvml", List.of(gpu.info()), List.of(1500), none.text(), false);
    return new RealAgentGpus("nvml", type, List.of(gpu), none, home, clock, said::add);
  }

  private static Hello hello(int rank, String gpu) throws Exception {
    return Hello.of(
        Report.JSON.readTree(
            "{\"v\":1,\"rank\":%d,\"world_size\":4,\"device\":\"%s\"}".formatted(rank, gpu)));
  }

  @Test
  void ranksThatShareAGpuAreNamedOnce() throws Exception {
    try (RealAgentGpus gpus = open()) {
      AgentGpu first = gpus.of(hello(1, "GPU-0"));
      assertThat(gpus.of(hello(1, "GPU-0"))).isSameAs(first);
      assertThat(said).isEmpty();
      assertThat(gpus.of(hello(0, "GPU-0"))).isSameAs(first);
      gpus.of(hello(2, "GPU-0"));
    }
    assertThat(said).singleElement().asString().contains("Ranks 0 and 1", "GPU-0");
  }

  @Test
  void aRankOnAnotherGpuIsRefused() throws Exception {
    try (RealAgentGpus gpus = open()) {
      Hello other = hello(0, "GPU-9");
      assertThatThrownBy(() -> gpus.of(other))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("GPU-9")
          .hasMessageContaining("GPU-0");
    }
  }
}
