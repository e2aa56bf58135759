package perseus.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import perseus.gpu.GpuException;

class CounterWatchTest {
  private final CounterWatch watch = new CounterWatch("GPU 3 (NVIDIA X)");

  private void read(long millijoules, long seconds) {
    watch.check(millijoules, TimeUnit.SECONDS.toNanos(seconds));
  }

  @Test
  void counterThatChangesMayBeReadAtAnyTime() {
    read(-5, 0);
    read(100, 1000);
    read(100, 1009);
    read(101, 2000);
    read(101, 2010);
  }

  @Test
  void counterThatStandsStillForMoreThanTenSecondsIsAnError() {
    read(100, 0);
    read(100, 10);
    assertThatThrownBy(() -> read(100, 11))
        .isInstanceOf(GpuException.class)
        .hasMessageContainingAll("GPU 3 (NVIDIA X)", "100 mJ", "10 s");
  }

  @Test
  void counterThatDecreasesIsAnError() {
    read(100, 0);
    assertThatThrownBy(() -> read(99, 1))
        .isInstanceOf(GpuException.class)
        .hasMessageContainingAll("100 mJ", "99 mJ");
  }
}
