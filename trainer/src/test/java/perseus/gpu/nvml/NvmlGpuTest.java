package perseus.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractObjectAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuException.Reason;
import perseus.gpu.GpuInfo;
import perseus.gpu.GpuInfo.EnergySource;
import perseus.gpu.GpuInfo.PowerLimits;
import perseus.gpu.PowerSample;

class NvmlGpuTest {
  @TempDir Path directory;

  private StubNvml stub(String... missing) {
    return StubNvml.create(directory.resolve("stub"), missing);
  }

  private static Gpu open(StubNvml stub) {
    return stub.provider().openAll().get(0);
  }

  private static AbstractObjectAssert<?, GpuException> assertRefused(ThrowingCallable call) {
    return assertThatThrownBy(call).asInstanceOf(type(GpuException.class));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; !condition.getAsBoolean(); i++) {
      assertThat(i).as("polls").isLessThan(3000);
      Thread.sleep(10);
    }
  }

  @Test
  void descriptionIsThatOfTheDriver() {
    StubNvml stub = stub().set("name", "NVIDIA H200").set("power_limit.max", 600.5);
    GpuInfo info = open(stub).info();
    assertThat(info.index()).isZero();
    assertThat(info.name()).isEqualTo("NVIDIA H200");
    assertThat(info.uuid()).isEqualTo("GPU-57ab0000-0000-4000-8000-000000000000");
    assertThat(info.pciBusId()).isEqualTo("00000000:10:00.0");
    assertThat(info.driver()).isEqualTo("580.159.03");
    assertThat(info.powerLimits()).isEqualTo(new PowerLimits(700, 700, 200, 600.5));
    assertThat(info.energySource()).isEqualTo(EnergySource.COUNTER);
    assertThat(open(stub).details())
        .containsEntry("persistence mode", "on")
        .containsEntry("compute capability", "9.0")
        .containsEntry("MIG mode", "off");
  }

  @Test
  void clocksAreThoseOfTheHighestMemoryClockHighestFirstAndOnceEach() {
    List<Integer> expected =
        IntStream.rangeClosed(0, 109).map(step -> 1980 - 15 * step).boxed().toList();
    assertThat(open(stub()).info().clocksMhz()).isEqualTo(expected);
  }

  @Test
  void stateAndFreeMemoryAreRead() {
    Gpu gpu =
        open(stub().set("temperature", 61).set("reasons", 12).set("memory_free", 5_000_000_000L));
    assertThat(gpu.state().temperatureCelsius()).isEqualTo(61);
    assertThat(gpu.state().smMhz()).isEqualTo(1980);
    assertThat(gpu.state().reasons()).containsExactly("software power cap", "hardware slowdown");
    assertThat(gpu.freeMemoryBytes()).isEqualTo(5_000_000_000L);
  }

  @Test
  void lockedClockComesIntoForceUntilItIsReset() throws InterruptedException {
    StubNvml stub = stub();
    Gpu gpu = open(stub);
    gpu.lockClocks(1200);
    await(() -> gpu.state().smMhz() == 1200);
    assertThat(stub.lockedClocks()).containsOnlyKeys(0).containsValue(1200);
    gpu.close();
    assertThat(stub.lockedClocks()).isNotEmpty();
    gpu.resetClocks();
    await(() -> gpu.state().smMhz() == 1980);
    assertThat(stub.lockedClocks()).isEmpty();
    assertThat(stub.settings())
        .extracting(StubNvml.Setting::function)
        .containsExactly("nvmlDeviceSetGpuLockedClocks", "nvmlDeviceResetGpuLockedClocks");
  }

  @Test
  void powerLimitIsSetInMilliwattsAndResetToItsDefault() {
    StubNvml stub = stub();
    Gpu gpu = open(stub);
    gpu.setPowerLimit(300.25);
    assertThat(gpu.state().smMhz()).isLessThan(1980);
    assertThat(gpu.state().reasons()).containsExactly("software power cap");
    gpu.resetPowerLimit();
    assertThat(gpu.state().smMhz()).isEqualTo(1980);
    assertThat(stub.settings())
        .extracting(StubNvml.Setting::arguments)
        .containsExactly(List.of(300_250), List.of(700_000));
  }

  @ParameterizedTest
  @ValueSource(doubles = {199.9, 700.1, -5, Double.NaN})
  void powerLimitOutsideTheRangeIsRefusedWithoutACall(double watts) {
    StubNvml stub = stub();
    assertRefused(() -> open(stub).setPowerLimit(watts))
        .returns(Reason.REFUSED, GpuException::reason);
    assertThat(stub.settings()).isEmpty();
  }

  @Test
  void clockThatTheGpuDoesNotHaveIsRefusedWithoutACall() {
    StubNvml stub = stub();
    assertRefused(() -> open(stub).lockClocks(1201))
        .returns(Reason.REFUSED, GpuException::reason)
        .extracting(Throwable::getMessage)
        .asString()
        .contains("1201", "1200");
    assertThat(stub.settings()).isEmpty();
  }

  @Test
  void oneRefusedClockOfTheListLeavesTheOthersUsable() {
    StubNvml stub = stub().set("refused_clock", 1200);
    Gpu gpu = open(stub);
    gpu.lockClocks(1215);
    assertRefused(() -> gpu.lockClocks(1200))
        .returns(Reason.REFUSED, GpuException::reason)
        .extracting(Throwable::getMessage)
        .asString()
        .contains("1200 MHz");
    assertThat(stub.lockedClocks()).containsValue(1215);
  }

  @ParameterizedTest
  @CsvSource({
    "nvmlDeviceGetTotalEnergyConsumption",
    "nvmlDeviceGetSamples",
    "nvmlDeviceGetTemperature",
    "nvmlDeviceGetClockInfo",
    "nvmlDeviceGetMemoryInfo",
    "nvmlDeviceSetGpuLockedClocks",
    "nvmlDeviceResetGpuLockedClocks",
    "nvmlDeviceSetPowerManagementLimit"
  })
  void failedCallNamesTheGpuTheFunctionAndTheReason(String function) {
    StubNvml stub = stub();
    Gpu gpu = open(stub);
    ThrowingCallable call =
        switch (function) {
          case "nvmlDeviceGetTotalEnergyConsumption" -> gpu::energyMillijoules;
          case "nvmlDeviceGetSamples" -> () -> gpu.powerSamples(0);
          case "nvmlDeviceGetTemperature", "nvmlDeviceGetClockInfo" -> gpu::state;
          case "nvmlDeviceGetMemoryInfo" -> gpu::freeMemoryBytes;
          case "nvmlDeviceSetGpuLockedClocks" -> () -> gpu.lockClocks(1200);
          case "nvmlDeviceResetGpuLockedClocks" -> gpu::resetClocks;
          default -> () -> gpu.setPowerLimit(300);
        };
    assertFails(call, stub, function, 3, Reason.NOT_SUPPORTED);
    assertFails(call, stub, function, 4, Reason.NO_PERMISSION);
    assertFails(call, stub, function, 15, Reason.GPU_LOST);
    assertFails(call, stub, function, 999, Reason.OTHER);
    assertFails(call, stub, function, 777, Reason.OTHER);
    assertThatThrownBy(call).hasMessageContaining("Stub Error 777");
  }

  private static void assertFails(
      ThrowingCallable call, StubNvml stub, String function, int code, Reason reason) {
    stub.set("error." + function, code);
    assertRefused(call)
        .returns(reason, GpuException::reason)
        .extracting(Throwable::getMessage)
        .asString()
        .startsWith("GPU 0 (NVIDIA Stub): ")
        .contains(function, String.valueOf(code))
        .endsWith(".");
  }

  @Test
  void errorForAMissingRightToSetClocksNamesTheRemedies() {
    StubNvml stub = stub().set("error.nvmlDeviceSetGpuLockedClocks", 4);
    assertThatThrownBy(() -> open(stub).lockClocks(1980))
        .hasMessageContainingAll(
            "CAP_SYS_ADMIN", "sudo", "--clock_control none", "srun --gpu-freq", "zeusd:");
  }

  @Test
  void gpuOfAnOldDriverCanBeUsedWithoutTheMissingFunctions() {
    StubNvml stub =
        stub(
                "nvmlInit_v2",
                "nvmlDeviceGetCount_v2",
                "nvmlDeviceGetHandleByIndex_v2",
                "nvmlDeviceGetCurrentClocksEventReasons",
                "nvmlDeviceGetTotalEnergyConsumption",
                "nvmlDeviceGetMigMode",
                "nvmlDeviceSetGpuLockedClocks",
                "nvmlErrorString")
            .set("driver", "384.81")
            .set("reasons", 4);
    Gpu gpu = open(stub);
    assertThat(gpu.info().energySource()).isEqualTo(EnergySource.SAMPLES);
    assertThat(gpu.details()).doesNotContainKey("MIG mode");
    assertThat(gpu.state().eventReasons()).isEqualTo(4);
    assertRefused(() -> gpu.lockClocks(1200))
        .returns(Reason.NOT_SUPPORTED, GpuException::reason)
        .extracting(Throwable::getMessage)
        .asString()
        .contains("nvmlDeviceSetGpuLockedClocks", "384.81");
    stub.set("error.nvmlDeviceGetMemoryInfo", 777);
    assertThatThrownBy(gpu::freeMemoryBytes).hasMessageContaining("777");
  }

  @Test
  void gpuWithoutSomeFunctionsIsDescribedWithoutThem() {
    StubNvml stub =
        stub()
            .set("error.nvmlDeviceGetSupportedMemoryClocks", 3)
            .set("error.nvmlDeviceGetEnforcedPowerLimit", 3)
            .set("error.nvmlDeviceGetCurrentClocksEventReasons", 3)
            .set("error.nvmlDeviceGetPersistenceMode", 999);
    Gpu gpu = open(stub);
    assertThat(gpu.info().clocksMhz()).isEmpty();
    assertThat(gpu.info().powerLimits()).isNull();
    assertThat(gpu.state().reasons()).isEmpty();
    assertRefused(gpu::resetPowerLimit).returns(Reason.NOT_SUPPORTED, GpuException::reason);
    assertThat(stub.settings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "0"})
  void withoutCounterThePowerSamplesAreTheSourceOfEnergy(String counter) {
    Gpu gpu = open(stub().set("counter", counter));
    assertThat(gpu.info().energySource()).isEqualTo(EnergySource.SAMPLES);
    assertRefused(gpu::energyMillijoules).returns(Reason.NOT_SUPPORTED, GpuException::reason);
  }

  @Test
  void eachPowerSampleIsGivenOnceWithItsOwnTime() throws InterruptedException {
    Gpu gpu = open(stub());
    List<PowerSample> samples = new ArrayList<>(gpu.powerSamples(0));
    await(
        () -> {
          long last = samples.isEmpty() ? 0 : samples.get(samples.size() - 1).epochMicros();
          samples.addAll(gpu.powerSamples(last));
          return samples.size() > 20;
        });
    assertThat(samples)
        .extracting(PowerSample::epochMicros)
        .isSorted()
        .doesNotHaveDuplicates()
        .isSubsetOf(gpu.powerSamples(0).stream().map(PowerSample::epochMicros).toList());
    long future = samples.get(samples.size() - 1).epochMicros() + 3_600_000_000L;
    assertThat(gpu.powerSamples(future)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void powerSamplesAreReadInTheTypeThatTheDriverReports(int type) throws InterruptedException {
    StubNvml stub = stub().set("sample_type", type).set("idle_watts", 20).set("dynamic_watts", 0);
    Gpu gpu = open(stub);
    await(() -> gpu.powerSamples(0).size() > 2);
    assertThat(gpu.powerSamples(0)).last().returns(20.0, PowerSample::watts);
  }

  @Test
  void powerSamplesOfAnUnknownTypeAreRefused() throws InterruptedException {
    StubNvml stub = stub();
    Gpu gpu = open(stub);
    await(() -> !gpu.powerSamples(0).isEmpty());
    stub.set("sample_type", 9);
    assertRefused(() -> gpu.powerSamples(0)).returns(Reason.NOT_SUPPORTED, GpuException::reason);
  }

  @Test
  void threadsMayUseOneGpuAtTheSameTime() {
    Gpu gpu = open(stub());
    IntStream.range(0, 2000)
        .parallel()
        .forEach(
            i -> {
              gpu.energyMillijoules();
              gpu.powerSamples(i);
              gpu.lockClocks(gpu.info().clocksMhz().get(i % 110));
            });
    gpu.resetClocks();
  }
}
