package perseus.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import perseus.control.policy.Schedulers;
import perseus.control.server.dump.DumpQueue;
import perseus.control.server.dump.JobDump;
import perseus.control.server.http.ServerLimits;
import perseus.control.server.job.ServerSettings;

/** Tests a hanging disk. Only jobs whose state dumps are on this disk may wait. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@Tag("slow")
class StalledDiskTest {
  private static final int ROUNDS = 3 * JobDump.MAX_PENDING_ROUNDS;
  private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(1);

  @TempDir Path directory;
  private final CountDownLatch disk = new CountDownLatch(1);
  private PlanServer server;
  private Calls calls;

  /**
   * @param idleTime time after which the server removes an idle job; the server looks for idle jobs
   *     four times during this time
   */
  private void startWithAHangingDisk(Duration idleTime) {
    DumpQueue dumps = new DumpQueue();
    CompletableFuture<Void> unused = dumps.submit("disk", this::awaitDisk);
    server =
        PlanServer.start(
            new ServerSettings(
                Schedulers.choose("AllMaxFrequency", Map.of("num_iters", ROUNDS), null),
                "127.0.0.1",
                0,
                directory.resolve("dump"),
                "INFO",
                idleTime,
                null,
                new ServerLimits(1 << 20, HEAD_TIMEOUT, HEAD_TIMEOUT, 1000)),
            dumps);
    calls = new Calls(server);
  }

  private void awaitDisk() {
    try {
      disk.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void close() {
    disk.countDown();
    server.close();
  }

  /**
   * Runs rounds of a job with one rank until the server no longer answers the rank. Returns this
   * fetch.
   */
  private CompletableFuture<Calls.Answer> runUntilTheJobWaits(String job) throws Exception {
    while (true) {
      CompletableFuture<Calls.Answer> fetch = calls.fetch(job, 0);
      try {
        assertThat(fetch.get(2, TimeUnit.SECONDS).status()).isEqualTo(200);
      } catch (TimeoutException e) {
        return fetch;
      }
      assertThat(calls.report(job, 0).status()).isEqualTo(200);
    }
  }

  @Test
  void otherCallsAndJobsContinue() throws Exception {
    startWithAHangingDisk(Duration.ofDays(1));
    String job = calls.registerAll(1, 1, 1);
    runUntilTheJobWaits(job);
    for (String path : new String[] {"/info", "/jobs", "/jobs/" + job}) {
      assertThat(calls.get(path).get(30, TimeUnit.SECONDS).status()).as(path).isEqualTo(200);
    }
    String other = calls.registerAll(2, 1, 1);
    assertThat(calls.fetchAll(other, 2)).allMatch(answer -> answer.status() == 200);
    calls.reportAll(other, 2);
    assertThat(calls.fetchAll(other, 2)).allMatch(answer -> answer.status() == 200);
  }

  @Test
  void slowClientsAreStillDisconnected() throws Exception {
    startWithAHangingDisk(Duration.ofSeconds(20));
    runUntilTheJobWaits(calls.registerAll(1, 1, 1));
    // During this time, the server looks for idle jobs at least once.
    Thread.sleep(6000);
    try (RawClient client = new RawClient(server)) {
      assertThat(client.trickle("G", 20)).doesNotContain("200 OK");
    }
  }

  @Test
  void waitingJobLosesNoResult() throws Exception {
    startWithAHangingDisk(Duration.ofDays(1));
    String job = calls.registerAll(1, 1, 1);
    CompletableFuture<Calls.Answer> waiting = runUntilTheJobWaits(job);
    CompletableFuture<Calls.Answer> again = calls.fetch(job, 0);
    assertThat(waiting.get(30, TimeUnit.SECONDS).status()).isEqualTo(409);
    disk.countDown();

    assertThat(again.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
    calls.report(job, 0);
    Calls.Answer next = calls.fetch(job, 0).join();
    while (next.status() == 200) {
      calls.report(job, 0);
      next = calls.fetch(job, 0).join();
    }
    assertThat(next.detail()).contains("[profiling-done]");
    for (int round = 0; round < ROUNDS; round++) {
      assertThat(directory.resolve("dump").resolve(job).resolve(round + ".prof.json")).exists();
    }
    assertThat(directory.resolve("dump").resolve(job).resolve(ROUNDS + ".prof.json"))
        .doesNotExist();
  }

  @Test
  void ranksOfAWaitingJobThatIsRemovedAreAnswered() throws Exception {
    startWithAHangingDisk(Duration.ofSeconds(8));
    CompletableFuture<Calls.Answer> waiting = runUntilTheJobWaits(calls.registerAll(1, 1, 1));
    assertThat(waiting.join().status()).isEqualTo(404);
    disk.countDown();
    assertThat(calls.get("/jobs").join().body()).isEmpty();
  }

  @Test
  void jobContinuesWithoutADumpIfTheDirectoryIsLost() throws Exception {
    startWithAHangingDisk(Duration.ofDays(1));
    Path dumps = directory.resolve("dump");
    Files.delete(dumps.resolve(".perseus-server.lock"));
    Files.delete(dumps);
    Files.writeString(dumps, "");
    disk.countDown();
    String job = calls.registerAll(2, 1, 1);
    for (int round = 0; round < ROUNDS; round++) {
      assertThat(calls.fetchAll(job, 2)).allMatch(answer -> answer.status() == 200);
      calls.reportAll(job, 2);
    }
    assertThat(calls.fetchAll(job, 2))
        .allMatch(answer -> answer.detail().contains("[profiling-done]"));
  }
}
