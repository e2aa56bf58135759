package perseus.transport.nccl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import perseus.io.UserError;
import perseus.parallel.Degrees;

/**
 * Tests that a job whose ranks are processes ends with the cause of a failure, even if NCCL hangs.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class NcclJobFailureTest {
  private static final int ENDLESS = 100_000;
  private static final Degrees PIPELINE = new Degrees(2, 1, 1);
  private static final Degrees REPLICAS = new Degrees(1, 2, 1);

  /** Timeout of the job, which is long enough for a busy machine to start the ranks. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /**
   * Maximum time in seconds from the loss of a rank to the end of the job. For some seconds of this
   * time, node 0 waits for the report of the cause.
   */
  private static final int LOSS_SECONDS = 20;

  @TempDir Path directory;

  @BeforeAll
  static void build() {
    StubNccl.library();
  }

  private static CompletableFuture<Void> start(StubJob job) {
    return CompletableFuture.runAsync(job::run);
  }

  private static String failure(CompletableFuture<Void> job, int seconds) throws Exception {
    try {
      job.get(seconds, TimeUnit.SECONDS);
      return "no failure";
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(UserError.class);
      return e.getCause().getMessage();
    } catch (TimeoutException e) {
      return "hangs";
    }
  }

  private void killedRankEndsTheJob(Degrees degrees, int rank) throws Exception {
    StubJob job = new StubJob(directory, degrees, 2, ENDLESS, TIMEOUT);
    CompletableFuture<Void> running = start(job);
    List<ProcessHandle> ranks = job.awaitIterations();
    assertThat(ranks).hasSize(2);
    ranks.get(rank).destroyForcibly();
    assertThat(failure(running, LOSS_SECONDS))
        .matches("Rank %d on \\S+ was ended by signal 9.*".formatted(rank));
    assertThat(ranks).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void killedRankOfAPipelineEndsTheJob() throws Exception {
    killedRankEndsTheJob(PIPELINE, 1);
  }

  @Test
  void killedRankOfAGroupEndsTheJob() throws Exception {
    killedRankEndsTheJob(REPLICAS, 0);
  }

  @Test
  void errorOfNcclEndsTheJobWithItsText() throws Exception {
    StubJob job =
        new StubJob(directory, PIPELINE, 2, ENDLESS, TIMEOUT).script("ncclRecv 1 20 error 2");
    assertThat(failure(start(job), 2 * (int) TIMEOUT.toSeconds()))
        .contains("Rank 1 on", "ncclRecv", "unhandled system error", "scripted error");
  }

  @Test
  void ranksThatNcclDoesNotConnectAreNamed() throws Exception {
    StubJob job =
        new StubJob(directory, REPLICAS, 2, ENDLESS, TIMEOUT)
            .script("ncclCommInitRankConfig 1 1 hang");
    assertThat(failure(start(job), 4 * (int) TIMEOUT.toSeconds()))
        .contains("NCCL has not connected the ranks 0, 1 within 30 s");
  }

  @Test
  void callThatHangsDuringTheTrainingIsNamed() throws Exception {
    StubJob job =
        new StubJob(directory, PIPELINE, 2, ENDLESS, TIMEOUT).script("ncclSend 0 20 hang");
    assertThat(failure(start(job), 4 * (int) TIMEOUT.toSeconds()))
        .contains("Rank 0 on", "ncclSend has not returned for 30 s");
  }

  @Test
  void transportThatARankCannotUseIsRefused() throws Exception {
    StubJob job =
        new StubJob(directory, PIPELINE, 2, ENDLESS, TIMEOUT)
            .script("ncclGetVersion -1 0 value 21703");
    assertThat(failure(start(job), 2 * (int) TIMEOUT.toSeconds()))
        .contains("Rank 0 cannot use NCCL", "older than 2.18", "--transport tcp");
  }
}
