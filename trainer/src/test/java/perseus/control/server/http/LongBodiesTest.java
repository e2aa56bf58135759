package perseus.control.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LongBodiesTest {
  private static final int MEBIBYTE = 1 << 20;

  /** Readers that are at work until they are let go. */
  private static final class Reading implements Runnable {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch mayEnd = new CountDownLatch(1);

    @Override
    public void run() {
      begun.countDown();
      try {
        mayEnd.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void bodyWaitsForTheMemoryThatAnotherOneTakes() throws Exception {
    try (LongBodies bodies = new LongBodies(30L * MEBIBYTE)) {
      Reading first = new Reading();
      Reading second = new Reading();
      bodies.read(MEBIBYTE, first);
      first.begun.await();
      bodies.read(MEBIBYTE, second);
      assertThat(second.begun.await(200, TimeUnit.MILLISECONDS)).isFalse();
      first.mayEnd.countDown();
      second.begun.await();
      second.mayEnd.countDown();
    }
  }

  @Test
  void bodiesThatFitAreReadAtOnce() throws Exception {
    try (LongBodies bodies = new LongBodies(50L * MEBIBYTE)) {
      Reading first = new Reading();
      Reading second = new Reading();
      bodies.read(MEBIBYTE, first);
      bodies.read(MEBIBYTE, second);
      first.begun.await();
      second.begun.await();
      first.mayEnd.countDown();
      second.mayEnd.countDown();
    }
  }

  @Test
  void bodyThatNeedsMoreThanThereIsIsReadAlone() throws Exception {
    try (LongBodies bodies = new LongBodies(MEBIBYTE)) {
      Reading reading = new Reading();
      bodies.read(64 * MEBIBYTE, reading);
      reading.begun.await();
      reading.mayEnd.countDown();
    }
  }

  @Test
  void shortBodyWaitsForNone() {
    try (LongBodies bodies = new LongBodies(1)) {
      Reading all = new Reading();
      bodies.read(MEBIBYTE, all);
      boolean[] read = new boolean[1];
      bodies.read(LongBodies.SHORT, () -> read[0] = true);
      assertThat(read[0]).isTrue();
      all.mayEnd.countDown();
    }
  }
}
