package perseus.control.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LongBodiesTest {
  private static final int MEBIBYTE = 1 << 20;

  /** Parser that runs until the test ends it. */
  private static final class BlockedParser implements Runnable {
    final CountDownLatch started = new CountDownLatch(1);
    final CountDownLatch mayEnd = new CountDownLatch(1);

    @Override
    public void run() {
      started.countDown();
      try {
        mayEnd.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void bodyWaitsForTheMemoryOfAnotherBody() throws Exception {
    try (LongBodies bodies = new LongBodies(30L * MEBIBYTE)) {
      BlockedParser first = new BlockedParser();
      BlockedParser second = new BlockedParser();
      bodies.read(MEBIBYTE, first);
      first.started.await();
      bodies.read(MEBIBYTE, second);
      assertThat(second.started.await(200, TimeUnit.MILLISECONDS)).isFalse();
      first.mayEnd.countDown();
      second.started.await();
      second.mayEnd.countDown();
    }
  }

  @Test
  void bodiesThatFitIntoMemoryAreParsedTogether() throws Exception {
    try (LongBodies bodies = new LongBodies(50L * MEBIBYTE)) {
      BlockedParser first = new BlockedParser();
      BlockedParser second = new BlockedParser();
      bodies.read(MEBIBYTE, first);
      bodies.read(MEBIBYTE, second);
      first.started.await();
      second.started.await();
      first.mayEnd.countDown();
      second.mayEnd.countDown();
    }
  }

  @Test
  void bodyThatNeedsMoreThanAllMemoryIsParsedAlone() throws Exception {
    try (LongBodies bodies = new LongBodies(MEBIBYTE)) {
      BlockedParser parser = new BlockedParser();
      bodies.read(64 * MEBIBYTE, parser);
      parser.started.await();
      parser.mayEnd.countDown();
    }
  }

  @Test
  void shortBodyDoesNotWait() {
    try (LongBodies bodies = new LongBodies(1)) {
      BlockedParser blocked = new BlockedParser();
      bodies.read(MEBIBYTE, blocked);
      boolean[] parsed = new boolean[1];
      bodies.read(LongBodies.MAX_SHORT_BYTES, () -> parsed[0] = true);
      assertThat(parsed[0]).isTrue();
      blocked.mayEnd.countDown();
    }
  }
}
