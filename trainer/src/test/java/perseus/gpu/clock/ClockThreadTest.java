package perseus.gpu.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import perseus.gpu.GpuException;
import perseus.gpu.GpuException.Reason;
import perseus.gpu.GpuInfo;

class ClockThreadTest {
  private final FakeSetter setter = new FakeSetter();
  private final List<String> reports = Collections.synchronizedList(new ArrayList<>());

  /** Records the clocks that are locked, and refuses some clocks. */
  private static final class FakeSetter implements ClockSetter {
    final List<Integer> locked = Collections.synchronizedList(new ArrayList<>());
    final Map<Integer, Reason> refused = new HashMap<>();
    volatile CountDownLatch gate = new CountDownLatch(0);

    @Override
    public GpuInfo info() {
      return new GpuInfo(
          0,
          "GPU-1",
          "",
          "",
          "",
          List.of(1980, 1500, 1005, 495),
          null,
          GpuInfo.EnergySource.COUNTER,
          90);
    }

    @Override
    public void lockClocks(int clockMhz) {
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (refused.containsKey(clockMhz)) {
        throw new GpuException(refused.get(clockMhz), "Refused.");
      }
      locked.add(clockMhz);
    }

    @Override
    public void resetClocks() {
      throw new AssertionError("The clock thread never resets.");
    }

    @Override
    public void setPowerLimit(double watts) {
      throw new AssertionError();
    }

    @Override
    public void resetPowerLimit() {
      throw new AssertionError();
    }
  }

  private ClockThread start() {
    return new ClockThread(setter, reports::add);
  }

  private static void awaitApplied(ClockThread clocks, long count) throws Exception {
    ChildJvm.await("clock applied", () -> clocks.applied() >= count);
  }

  @Test
  void requestIsApplied() throws Exception {
    try (ClockThread clocks = start()) {
      clocks.want(1500);
      awaitApplied(clocks, 1);
      clocks.want(495);
      awaitApplied(clocks, 2);
      assertThat(setter.locked).containsExactly(1500, 495);
      assertThat(clocks.skipped()).isZero();
      assertThat(clocks.failure()).isEmpty();
    }
  }

  @Test
  void requestOfTheClockInForceIsSkipped() throws Exception {
    try (ClockThread clocks = start()) {
      clocks.want(1500);
      awaitApplied(clocks, 1);
      clocks.want(1500);
      clocks.want(1500);
      clocks.want(495);
      awaitApplied(clocks, 2);
      assertThat(setter.locked).containsExactly(1500, 495);
      assertThat(clocks.skipped()).isEqualTo(2);
    }
  }

  @Test
  void onlyTheLatestOfManyRequestsIsAppliedAndNoRequestWaits() throws Exception {
    setter.gate = new CountDownLatch(1);
    try (ClockThread clocks = start()) {
      for (int i = 0; i < 1_000; i++) {
        clocks.want(1980);
        clocks.want(1500);
      }
      clocks.want(1005);
      assertThat(setter.locked).isEmpty();
      setter.gate.countDown();
      ChildJvm.await("latest wish", () -> setter.locked.contains(1005));
      ChildJvm.await("counts", () -> clocks.applied() + clocks.skipped() == 2_001);
      assertThat(setter.locked).hasSizeLessThanOrEqualTo(2).endsWith(1005);
    }
  }

  @Test
  void refusedClockIsReplacedByTheNextLowerOneAndReportedOnce() throws Exception {
    setter.refused.put(1500, Reason.NOT_SUPPORTED);
    setter.refused.put(1005, Reason.REFUSED);
    try (ClockThread clocks = start()) {
      clocks.want(1500);
      awaitApplied(clocks, 1);
      clocks.want(1980);
      awaitApplied(clocks, 2);
      clocks.want(1500);
      awaitApplied(clocks, 3);
      assertThat(setter.locked).containsExactly(495, 1980, 495);
      assertThat(clocks.failure()).isEmpty();
      assertThat(reports).singleElement().asString().contains("1500", "495", "GPU-1");
    }
  }

  @Test
  void lowestClockThatIsRefusedIsReplacedByTheNextHigherOne() throws Exception {
    setter.refused.put(495, Reason.NOT_SUPPORTED);
    try (ClockThread clocks = start()) {
      clocks.want(495);
      awaitApplied(clocks, 1);
      assertThat(setter.locked).containsExactly(1005);
    }
  }

  @Test
  void otherFailureIsStoredAndLaterRequestsAreSkipped() throws Exception {
    setter.refused.put(1500, Reason.GPU_LOST);
    try (ClockThread clocks = start()) {
      clocks.want(1500);
      ChildJvm.await("failure", () -> clocks.failure().isPresent());
      clocks.want(495);
      assertThat(clocks.failure().orElseThrow().reason()).isEqualTo(Reason.GPU_LOST);
    }
    assertThat(setter.locked).isEmpty();
  }

  @Test
  void gpuThatRefusesEveryClockFails() throws Exception {
    for (int clock : setter.info().clocksMhz()) {
      setter.refused.put(clock, Reason.NOT_SUPPORTED);
    }
    try (ClockThread clocks = start()) {
      clocks.want(1500);
      ChildJvm.await("failure", () -> clocks.failure().isPresent());
      assertThat(reports).isEmpty();
    }
  }

  @Test
  void afterCloseNoClockIsSet() {
    ClockThread clocks = start();
    clocks.close();
    clocks.want(1500);
    clocks.close();
    assertThat(setter.locked).isEmpty();
  }

  @Test
  void impossibleClockIsRefused() {
    try (ClockThread clocks = start()) {
      assertThatThrownBy(() -> clocks.want(0)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
