package perseus.gpu.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.gpu.clock.HostClocks.Outcome;
import perseus.gpu.clock.HostClocks.Result;
import perseus.gpu.clock.lease.ClockLease;
import perseus.gpu.clock.lease.LeasePlaces;
import perseus.gpu.clock.lease.LeaseRecord;

class HostClocksTest {
  @TempDir Path gpus;
  @TempDir Path leases;

  @BeforeEach
  void provideGpus() {
    System.setProperty(LoggedGpus.VARIABLE, gpus.toString());
  }

  @AfterEach
  void removeGpus() {
    System.clearProperty(LoggedGpus.VARIABLE);
  }

  private List<Result> resetAll(ClockControl control, boolean forced) {
    return HostClocks.resetAll(
        control,
        LoggedGpus.SCHEME,
        forced,
        LeasePlaces.of(Map.of(LeasePlaces.VARIABLE, leases.toString())));
  }

  @Test
  void underNoneNothingIsResetAndTheResultSaysSo() throws Exception {
    assertThat(resetAll(new ClockControl.None(), true))
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.outcome()).isEqualTo(Outcome.NOTHING);
              assertThat(result.sentence()).contains("none");
            });
    assertThat(LoggedGpus.log(gpus)).isEmpty();
  }

  @Test
  void gpusWithoutLeaseAreReset() throws Exception {
    assertThat(resetAll(new ClockControl.Driver(), false))
        .extracting(Result::outcome)
        .containsExactly(Outcome.RESET, Outcome.RESET);
    assertThat(LoggedGpus.log(gpus)).containsExactly("GPU-a reset", "GPU-b reset");
    assertThat(leases).isEmptyDirectory();
  }

  @Test
  void gpuOfALiveRunIsResetOnlyIfForced() throws Exception {
    ClockLease lease = ClockLease.take(leases, "GPU-a");
    lease.write(LeaseRecord.ofThisProcess("GPU-a", null, false));
    assertThat(resetAll(new ClockControl.Driver(), false))
        .extracting(Result::outcome)
        .containsExactly(Outcome.IN_USE, Outcome.RESET);
    assertThat(LoggedGpus.log(gpus)).containsExactly("GPU-b reset");
    assertThat(resetAll(new ClockControl.Driver(), true))
        .extracting(Result::outcome)
        .containsOnly(Outcome.RESET);
    assertThat(LoggedGpus.log(gpus)).contains("GPU-a reset");
    assertThat(leases.resolve("GPU-a.json")).exists();
    lease.release();
  }

  @Test
  void gpuThatFailsIsNamedAndItsDeadLeaseStays() throws Exception {
    ClockLease lease = ClockLease.take(leases, "GPU-b");
    lease.write(LeaseRecord.ofThisProcess("GPU-b", null, false));
    lease.keep();
    Files.writeString(gpus.resolve("fail-GPU-b"), "GPU_LOST");
    List<Result> results = resetAll(new ClockControl.Driver(), false);
    assertThat(results).extracting(Result::outcome).containsExactly(Outcome.RESET, Outcome.FAILED);
    assertThat(results.get(1).sentence()).contains("GPU-b", "test GPU fails");
    assertThat(leases.resolve("GPU-b.json")).exists();
  }
}
