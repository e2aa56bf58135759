package perseus.gpu.clock.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.UserError;

class ClockLeaseTest {
  @TempDir Path leases;

  private Path file() {
    return leases.resolve("GPU-1.json");
  }

  private ClockLease take() {
    return ClockLease.take(leases, "GPU-1");
  }

  @Test
  void writtenLeaseNamesItsHolder() throws Exception {
    ClockLease lease = take();
    lease.write(LeaseRecord.ofThisProcess("GPU-1", 350.0, false));
    LeaseRecord record = LeaseRecord.parse(Files.readString(file())).orElseThrow();
    assertThat(record.gpu()).isEqualTo("GPU-1");
    assertThat(record.pid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(record.powerLimitWatts()).isEqualTo(350);
    assertThat(record.holder()).contains("user " + ThisUser.name(), "started 2");
    lease.release();
    assertThat(leases).isEmptyDirectory();
  }

  @Test
  void leaseThatItsHolderHasLeftIsDead() {
    ClockLease lease = take();
    LeaseRecord record = LeaseRecord.ofThisProcess("GPU-1", null, false);
    lease.write(record);
    lease.keep();
    ClockLease next = take();
    assertThat(next.dead()).contains(record);
    next.giveUp();
    assertThat(take().dead()).contains(record);
  }

  @Test
  void emptyFileIsNoLease() throws Exception {
    Files.createFile(file());
    ClockLease lease = take();
    assertThat(lease.dead()).isEmpty();
    assertThat(lease.isDamaged()).isFalse();
    lease.release();
  }

  @Test
  void shorterContentReplacesLongerContent() throws Exception {
    Files.writeString(file(), "x".repeat(5_000));
    ClockLease lease = take();
    assertThat(lease.isDamaged()).isTrue();
    LeaseRecord record = LeaseRecord.ofThisProcess("GPU-1", null, false);
    lease.write(record);
    assertThat(LeaseRecord.parse(Files.readString(file()))).contains(record);
    lease.release();
  }

  @Test
  void linkIsNotFollowed() throws Exception {
    Path target = Files.writeString(leases.resolve("target"), "content");
    Files.createSymbolicLink(file(), target);
    assertThatThrownBy(this::take)
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(file().toString(), "link");
    assertThat(target).hasContent("content");
  }

  @Test
  void hardLinkToAnotherFileIsRefused() throws Exception {
    Path target = Files.createFile(leases.resolve("target"));
    Files.createLink(file(), target);
    assertThatThrownBy(this::take).isInstanceOf(UserError.class).hasMessageContaining("link");
    assertThat(target).isEmptyFile();
  }

  @Test
  void directoryInThePlaceOfTheLeaseIsRefused() throws Exception {
    Files.createDirectory(file());
    assertThatThrownBy(this::take).isInstanceOf(UserError.class);
  }

  @Test
  void pathAsNameOfAGpuIsRefused() {
    assertThatThrownBy(() -> ClockLease.take(leases, "../GPU"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("../GPU");
  }

  @Test
  void releaseDoesNotRemoveTheFileOfAnotherRun() throws Exception {
    ClockLease lease = take();
    Files.delete(file());
    Files.writeString(file(), "another run");
    lease.release();
    assertThat(file()).hasContent("another run");
  }

  @Test
  void contentOfOtherUsersCannotWriteControlCharacters() {
    LeaseRecord record =
        new LeaseRecord(
            "GPU-1", "eve\u001b[2J", 1, "never", "a\nb" + "x".repeat(9_999), "h", "", null, false);
    assertThat(record.holder()).doesNotContain("\u001b", "\n").hasSizeLessThan(500);
  }

  @Test
  void ofManyThreadsOnlyOneHoldsTheLeaseAtATime() throws Exception {
    AtomicInteger holders = new AtomicInteger();
    AtomicInteger taken = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      tasks.add(
          () -> {
            ClockLease lease;
            try {
              lease = take();
            } catch (LeaseHeldException e) {
              return 0;
            }
            int now = holders.incrementAndGet();
            taken.incrementAndGet();
            holders.decrementAndGet();
            lease.release();
            return now;
          });
    }
    for (Future<Integer> result : threads.invokeAll(tasks)) {
      assertThat(result.get()).isLessThanOrEqualTo(1);
    }
    threads.shutdown();
    assertThat(taken.get()).isPositive();
    assertThat(leases).isEmptyDirectory();
  }
}
