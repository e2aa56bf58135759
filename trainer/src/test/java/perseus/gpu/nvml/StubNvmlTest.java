package perseus.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.gpu.Gpu;
import perseus.gpu.GpuProviders;
import perseus.gpu.PowerSample;

/** Tests the parts of the stub that other tests rely on. */
class StubNvmlTest {
  @TempDir Path directory;

  /** Main class of another process, which locks the clock of the last GPU that it can see. */
  static final class OtherProcess {
    private OtherProcess() {}

    public static void main(String[] arguments) {
      List<Gpu> gpus = GpuProviders.named("nvml").orElseThrow().openVisible();
      gpus.get(gpus.size() - 1).lockClocks(Integer.parseInt(arguments[0]));
    }
  }

  @Test
  void processesShareTheGpusAndLogTheirSettings() throws IOException, InterruptedException {
    StubNvml stub =
        StubNvml.create(directory.resolve("stub"))
            .set("gpus", 2)
            .set("cuda", "1,0")
            .set("lock_delay_ms", 0);
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            OtherProcess.class.getName(),
            "705");
    builder.environment().keySet().removeIf(name -> name.startsWith("CUDA_"));
    builder.environment().putAll(stub.environment());
    Process process = builder.inheritIO().start();
    assertThat(process.waitFor()).isZero();
    assertThat(stub.lockedClocks()).containsOnlyKeys(0).containsValue(705);
    assertThat(stub.settings())
        .singleElement()
        .returns(process.pid(), StubNvml.Setting::pid)
        .returns(0, StubNvml.Setting::result);
    assertThat(stub.clockMhz(0)).isEqualTo(705);
    assertThat(stub.provider().openAll().get(0).state().smMhz()).isEqualTo(705);
  }

  @Test
  void stubsInOneProcessAreSeparate() {
    StubNvml one = StubNvml.create(directory.resolve("one")).set("lock_delay_ms", 0);
    StubNvml two = StubNvml.create(directory.resolve("two")).set("gpus", 3);
    one.provider().openAll().get(0).lockClocks(345);
    assertThat(two.provider().openAll()).hasSize(3);
    assertThat(one.clockMhz(0)).isEqualTo(345);
    assertThat(two.clockMhz(0)).isEqualTo(1980);
  }

  @Test
  void counterIsTheExactEnergyOfAtMostTenthOfASecondAgo() {
    StubNvml stub = StubNvml.create(directory.resolve("stub"));
    Gpu gpu = stub.provider().openAll().get(0);
    double start = stub.exactJoules(0);
    double waste = 0;
    // The loop runs until the GPU has used 60 J. It takes 0.1 s at the full power of 575 W, and 0.8
    // s at the idle power of 75 W.
    while (stub.exactJoules(0) < start + 60) {
      for (int i = 0; i < 1_000_000; i++) {
        waste += Math.sqrt(i);
      }
      double before = stub.exactJoules(0);
      double counter = gpu.energyMillijoules() / 1e3;
      double highestJoules = 0.1 * (75 + 500);
      assertThat(counter).isBetween(before - highestJoules - 0.001, stub.exactJoules(0));
    }
    assertThat(waste).isPositive();
    assertThat(gpu.powerSamples(0)).extracting(PowerSample::watts).anyMatch(watts -> watts > 80);
  }

  @Test
  void idleGpuUsesItsIdlePower() throws InterruptedException {
    StubNvml stub =
        StubNvml.create(directory.resolve("stub")).set("dynamic_watts", 0).set("idle_watts", 100);
    long beforeFirst = System.nanoTime();
    double first = stub.exactJoules(0);
    long afterFirst = System.nanoTime();
    Thread.sleep(200);
    long beforeLast = System.nanoTime();
    double joules = stub.exactJoules(0) - first;
    long afterLast = System.nanoTime();
    assertThat(joules)
        .isBetween(
            99e-9 * (beforeLast - afterFirst) - 0.1, 101e-9 * (afterLast - beforeFirst) + 0.1);
  }

  @Test
  @Tag("measured")
  void samplesOfALowPassSensorFollowAStepSlowly() throws InterruptedException {
    StubNvml stub =
        StubNvml.create(directory.resolve("stub"))
            .set("dynamic_watts", 0)
            .set("idle_watts", 100)
            .set("sample_filter_ms", 1000);
    Gpu gpu = stub.provider().openAll().get(0);
    while (gpu.powerSamples(0).size() < 3) {
      Thread.sleep(10);
    }
    assertThat(gpu.powerSamples(0))
        .allSatisfy(sample -> assertThat(sample.watts()).isCloseTo(100, within(0.5)));
    long stepMicros = 1000 * System.currentTimeMillis();
    stub.set("idle_watts", 300);
    List<PowerSample> samples = List.of();
    while (samples.isEmpty() || samples.get(samples.size() - 1).watts() < 150) {
      Thread.sleep(10);
      samples = gpu.powerSamples(stepMicros);
    }
    for (PowerSample sample : samples) {
      // The stub filters the mean power of intervals of about 20 ms. If the power changes within an
      // interval, the filtered power rises before the change. So the test allows each sample to be
      // up to 50 ms too early.
      double seconds = (sample.epochMicros() - stepMicros) / 1e6 + 0.05;
      assertThat(sample.watts()).isBetween(99.5, 300 - 200 * Math.exp(-seconds));
    }
  }

  @Test
  void clockInForceIsCappedWithItsReason() {
    StubNvml stub = StubNvml.create(directory.resolve("stub")).set("lock_delay_ms", 0);
    Gpu gpu = stub.provider().openAll().get(0);
    gpu.lockClocks(1500);
    stub.set("cap_mhz", 1410);
    assertThat(gpu.state().smMhz()).isEqualTo(1410);
    assertThat(gpu.state().reasons()).containsExactly("software power cap");
    gpu.lockClocks(1200);
    assertThat(gpu.state().smMhz()).isEqualTo(1200);
    assertThat(gpu.state().reasons()).isEmpty();
  }
}
