package perseus.cli.train.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuException.Reason;
import perseus.gpu.GpuInfo;
import perseus.gpu.GpuInfo.EnergySource;
import perseus.gpu.GpuInfo.PowerLimits;
import perseus.gpu.GpuProvider;
import perseus.gpu.GpuState;
import perseus.gpu.PowerSample;
import perseus.gpu.nvml.StubNvml;
import perseus.io.UserError;

class EnvironmentReportTest {
  private static final ProcessRights ADMINISTRATOR =
      new ProcessRights(Optional.of(true), Optional.of(true));
  private static final ProcessRights USER =
      new ProcessRights(Optional.of(false), Optional.of(false));

  @TempDir Path directory;

  /**
   * Simulates a GPU whose energy counter changes at every read. All methods that change a setting
   * fail.
   */
  private record FakeGpu(GpuInfo info, boolean lost) implements Gpu {
    @Override
    public Map<String, String> details() {
      return Map.of("persistence mode", "on");
    }

    @Override
    public long energyMillijoules() {
      return System.nanoTime();
    }

    @Override
    public List<PowerSample> powerSamples(long afterMicros) {
      return List.of(
          new PowerSample(1_000_000, 70),
          new PowerSample(1_020_000, 71),
          new PowerSample(1_041_000, 70));
    }

    @Override
    public GpuState state() {
      if (lost) {
        throw new GpuException(Reason.GPU_LOST, "The GPU is lost.");
      }
      return new GpuState(44, 1740, 4);
    }

    @Override
    public long freeMemoryBytes() {
      return 3L << 29;
    }

    @Override
    public void lockClocks(int clockMhz) {
      throw new AssertionError();
    }

    @Override
    public void resetClocks() {
      throw new AssertionError();
    }

    @Override
    public void setPowerLimit(double watts) {
      throw new AssertionError();
    }

    @Override
    public void resetPowerLimit() {
      throw new AssertionError();
    }

    @Override
    public void close() {}
  }

  private record FakeProvider(List<Gpu> gpus, UserError selectionError, GpuException error)
      implements GpuProvider {
    @Override
    public String scheme() {
      return "fake";
    }

    @Override
    public List<Gpu> openAll() {
      throw new AssertionError("hides the GPUs that answer");
    }

    @Override
    public List<Gpu> openAll(Consumer<GpuException> failed) {
      if (error != null && error.reason() == Reason.NO_DRIVER) {
        throw error;
      } else if (error != null) {
        failed.accept(error);
      }
      return gpus;
    }

    @Override
    public List<Gpu> openVisible() {
      if (selectionError != null) {
        throw selectionError;
      }
      return List.of(gpus.get(gpus.size() - 1));
    }
  }

  private static Gpu gpu(int index, List<Integer> clocks, EnergySource source, boolean lost) {
    PowerLimits limits = clocks.isEmpty() ? null : new PowerLimits(650, 700, 200, 700);
    return new FakeGpu(
        new GpuInfo(
            index,
            "GPU-" + index + "abc",
            "00000000:1B:00.0",
            "Fake H",
            "580.1",
            clocks,
            limits,
            source,
            90),
        lost);
  }

  private static Gpu gpu(int index) {
    return gpu(index, List.of(1980, 1965, 1950), EnergySource.COUNTER, false);
  }

  private static String report(
      FakeProvider provider, Map<String, String> environment, ProcessRights rights) {
    StringWriter text = new StringWriter();
    new EnvironmentReport(provider, environment, rights, TimeUnit.MILLISECONDS.toNanos(20))
        .print(new PrintWriter(text));
    return text.toString();
  }

  private static String report(Gpu... gpus) {
    return report(new FakeProvider(List.of(gpus), null, null), Map.of(), ADMINISTRATOR);
  }

  @Test
  void eachGpuIsDescribedWithItsSensors() {
    String report = report(gpu(0), gpu(5));
    assertThat(report)
        .contains(System.getProperty("java.version"), System.getProperty("os.name"), "580.1")
        .contains("GPU 0: Fake H", "GPU 5: Fake H", "GPU-0abc", "GPU-5abc", "00000000:1B:00.0")
        .contains("1.5 GiB", "3 from 1980 to 1950 MHz, in steps of 15 MHz")
        .contains("1740 MHz (software power cap)", "44 C", "650 W (default 700 W")
        .containsPattern("persistence mode +on")
        .containsPattern("energy counter +a new value every [0-9]+ ms")
        .containsPattern("power samples +one every 2[01] ms")
        .containsPattern("clocks +can be set by this process")
        .containsPattern("CUDA_VISIBLE_DEVICES +not set")
        .containsPattern("selected GPUs +CUDA 0 = GPU 5");
  }

  @Test
  void reportSetsNothingOnAGpu() {
    StubNvml stub = StubNvml.create(directory.resolve("stub")).set("gpus", 2);
    StringWriter text = new StringWriter();
    new EnvironmentReport(stub.provider(), Map.of(), ADMINISTRATOR, 1).print(new PrintWriter(text));
    assertThat(text.toString()).contains("GPU 0: NVIDIA Stub", "GPU 1: NVIDIA Stub");
    assertThat(stub.settings()).isEmpty();
  }

  @Test
  void missingFactsArePrintedInWords() {
    assertThat(report(gpu(0, List.of(), EnergySource.NONE, true)))
        .containsPattern("clocks +not listed")
        .containsPattern("power limit +not reported")
        .containsPattern("clock in force +not available: The GPU is lost[.]")
        .containsPattern("energy is from +nothing")
        .doesNotContain("energy counter  ");
    assertThat(report(gpu(0, List.of(), EnergySource.SAMPLES, false)))
        .containsPattern("energy is from +the integral of the power samples");
  }

  @Test
  void missingDriverIsAPartOfTheReport() {
    GpuException missing = new GpuException(Reason.NO_DRIVER, "Install the driver.");
    assertThat(report(new FakeProvider(List.of(), null, missing), Map.of(), USER))
        .containsPattern("driver \\(fake\\) +none: Install the driver[.]");
  }

  @Test
  void lostGpuIsPrintedBesideTheOthers() {
    GpuException lost = new GpuException(Reason.GPU_LOST, "GPU 1 is lost.");
    assertThat(report(new FakeProvider(List.of(gpu(0)), null, lost), Map.of(), USER))
        .contains("GPU 1 is lost.", "GPU 0: Fake H");
  }

  @Test
  void wrongSelectionIsPrintedWithItsReason() {
    UserError wrong = new UserError("There is no GPU 7.");
    FakeProvider provider = new FakeProvider(List.of(gpu(0)), wrong, null);
    assertThat(report(provider, Map.of("CUDA_VISIBLE_DEVICES", "7"), USER))
        .containsPattern("CUDA_VISIBLE_DEVICES +7")
        .containsPattern("selected GPUs +none: There is no GPU 7[.]");
  }

  @Test
  void settingOfClocksDependsOnRightsAndOnTheVariable() {
    FakeProvider provider = new FakeProvider(List.of(gpu(0)), null, null);
    assertThat(report(provider, Map.of(), USER))
        .contains("cannot be set", "sudo", "--clock_control none", "srun --gpu-freq", "zeusd:");
    assertThat(report(provider, Map.of("PERSEUS_CLOCK_CONTROL", "none"), ADMINISTRATOR))
        .contains("never set");
    assertThat(report(provider, Map.of("PERSEUS_CLOCK_CONTROL", "zeusd:/z.sock"), USER))
        .contains("Zeus's daemon at /z.sock");
    assertThat(report(provider, Map.of("PERSEUS_CLOCK_CONTROL", "nvm"), USER)).contains("neither");
  }

  @Test
  void rightsAreReadFromTheStatusOfTheProcess() throws IOException {
    Path status = directory.resolve("status");
    assertThat(ProcessRights.read(status))
        .isEqualTo(new ProcessRights(Optional.empty(), Optional.empty()));
    Files.writeString(status, "Name:\tx\nUid:\t1000\t0\t0\t0\nCapEff:\t000001ffffdfffff\n");
    assertThat(ProcessRights.read(status))
        .isEqualTo(new ProcessRights(Optional.of(true), Optional.of(false)));
    Files.writeString(status, "Uid:\t0\t1000\t0\t0\nCapEff:\t0000000000200000\n");
    assertThat(ProcessRights.read(status))
        .isEqualTo(new ProcessRights(Optional.of(false), Optional.of(true)));
  }
}
