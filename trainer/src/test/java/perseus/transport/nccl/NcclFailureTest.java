package perseus.transport.nccl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import perseus.transport.TensorGroup;
import perseus.transport.TensorTransport.Stream;

/**
 * Tests that each failure ends all ranks with an error that states its cause, although NCCL itself
 * would wait forever.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@Tag("slow")
class NcclFailureTest {
  private static final Watch.Limits SHORT =
      new Watch.Limits(Duration.ofSeconds(3), Duration.ofSeconds(3));

  /** Sends tensors back and forth between ranks 0 and 1 forever. */
  private static Object exchange(int rank, NcclTransport transport, NDManager manager) {
    while (true) {
      try (NDManager each = manager.newSubManager()) {
        if (rank == 0) {
          transport.send(1, Stream.ACTIVATION, each.ones(new Shape(1000)));
          receive(transport, 1, Stream.GRADIENT, each, 1000);
        } else {
          receive(transport, 0, Stream.ACTIVATION, each, 1000);
          transport.send(0, Stream.GRADIENT, each.ones(new Shape(1000)));
        }
      }
    }
  }

  /** Sums tensors over all ranks forever. */
  private static Object sum(int rank, NcclTransport transport, NDManager manager) {
    TensorGroup group = transport.group(0, List.of(0, 1));
    NDArray tensor = manager.ones(new Shape(1000));
    while (true) {
      group.sum(tensor);
      transport.awaitSums();
    }
  }

  /** Starts and joins sums over all ranks forever. */
  private static Object startAndJoin(int rank, NcclTransport transport, NDManager manager) {
    TensorGroup group = transport.group(0, List.of(0, 1));
    List<NDArray> tensors = List.of(manager.ones(new Shape(1000)));
    while (true) {
      group.start(tensors);
      group.join();
      transport.awaitSums();
    }
  }

  private static NDArray receive(
      NcclTransport transport, int from, Stream stream, NDManager manager, long... shape) {
    return transport.receive(from, stream, new Shape(shape), DataType.FLOAT32, manager);
  }

  @Test
  void errorOfACallIsReportedByItsRankAndEndsTheOtherRank() throws Exception {
    StubNccl stub = StubNccl.load("ncclSend 0 8 error 2");
    List<String> failures =
        ThreadRanks.of(2).failures(ThreadRanks.both(), NcclFailureTest::exchange);
    assertThat(failures.get(0))
        .startsWith("UserError")
        .contains("ncclSend", "unhandled system error", "scripted error of ncclSend");
    assertThat(failures.get(1)).startsWith("PeerLostException").contains("rank 0");
    for (int i = 0; i < 100 && stub.calls("ncclCommAbort") < 8; i++) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertThat(stub.calls("ncclCommAbort")).isEqualTo(8);
    assertThat(stub.calls("misuse")).isZero();
  }

  @Test
  void errorThatNcclFindsLaterIsReportedByItsRank() throws Exception {
    StubNccl.load("ncclAllReduce 1 5 async 3");
    List<String> failures = ThreadRanks.of(2).failures(List.of(), NcclFailureTest::sum);
    assertThat(failures.get(1)).startsWith("UserError").contains("internal error");
    assertThat(failures.get(0)).startsWith("PeerLostException").contains("rank 1");
  }

  @Test
  void networkErrorCountsAsTheLossOfARank() throws Exception {
    StubNccl.load("ncclRecv 1 5 error 6");
    List<String> failures =
        ThreadRanks.of(2).failures(ThreadRanks.both(), NcclFailureTest::exchange);
    assertThat(failures.get(1)).startsWith("PeerLostException").contains("0, 1", "network error");
  }

  @Test
  void tensorOfAnotherSizeIsRefusedWithAMessage() throws Exception {
    StubNccl.load();
    List<String> failures =
        ThreadRanks.of(2)
            .failures(
                ThreadRanks.both(),
                (rank, transport, manager) -> {
                  if (rank == 0) {
                    transport.send(1, Stream.ACTIVATION, manager.ones(new Shape(3)));
                    return receive(transport, 1, Stream.GRADIENT, manager);
                  }
                  return receive(transport, 0, Stream.ACTIVATION, manager, 2);
                });
    assertThat(failures.get(1)).contains("rank 0 sent 12 bytes, but 8 were expected");
    assertThat(failures.get(0)).startsWith("PeerLostException").contains("rank 1");
  }

  @Test
  void sumOfTensorsOfUnequalSizesIsRefusedWithAMessageAlthoughNcclHangs() throws Exception {
    StubNccl.load();
    List<String> failures =
        ThreadRanks.of(3)
            .failures(
                List.of(),
                (rank, transport, manager) -> {
                  TensorGroup group = transport.group(0, List.of(0, 1, 2));
                  group.sum(manager.ones(new Shape(7)));
                  group.sum(manager.ones(new Shape(rank == 1 ? 5 : 4)));
                  transport.awaitSums();
                  return "sums";
                });
    assertThat(failures)
        .anySatisfy(
            failure ->
                assertThat(failure)
                    .contains("sum 3 of the group of the ranks 0, 1, 2")
                    .contains("rank 1 has 5 float32 elements")
                    .contains("has 4 float32 elements"));
    assertThat(failures).noneMatch(failure -> failure.contains("no failure"));
  }

  @Test
  void sumOfDifferentTypesIsRefusedWithAMessage() throws Exception {
    StubNccl.load();
    List<String> failures =
        ThreadRanks.of(2)
            .failures(
                List.of(),
                (rank, transport, manager) -> {
                  TensorGroup group = transport.group(0, List.of(0, 1));
                  NDArray tensor = manager.ones(new Shape(8));
                  group.sum(rank == 0 ? tensor : tensor.toType(DataType.FLOAT16, true));
                  return "sums";
                });
    assertThat(failures).anyMatch(failure -> failure.contains("8 float16 elements"));
  }

  @Test
  void operationThatNeverEndsIsReportedAfterTheTimeLimit() throws Exception {
    StubNccl.load("ncclAllReduce -1 5 stall");
    assertThat(new ThreadRanks(2, SHORT).failures(List.of(), NcclFailureTest::sum))
        .anyMatch(failure -> failure.matches("UserError: NCCL hangs: the sum .* for 3 s.*"));
    StubNccl.load("ncclAllReduce -1 5 stall");
    assertThat(new ThreadRanks(2, SHORT).failures(List.of(), NcclFailureTest::startAndJoin))
        .anyMatch(failure -> failure.matches("UserError: NCCL hangs: the sum .* for 3 s.*"));
    StubNccl.load("ncclRecv 1 5 stall");
    assertThat(new ThreadRanks(2, SHORT).failures(ThreadRanks.both(), NcclFailureTest::exchange))
        .anyMatch(
            failure -> failure.matches("UserError: NCCL hangs: the (send|receive) of 4000 .*"));
  }

  @Test
  void rankThatNeverBeginsToConnectIsNamed() throws Exception {
    StubNccl.load();
    List<String> failures =
        new ThreadRanks(2, SHORT)
            .failures(
                List.of(),
                (rank, transport, manager) -> {
                  if (rank == 1) {
                    sleep(6);
                    return "slept";
                  }
                  return transport.group(0, List.of(0, 1));
                });
    assertThat(failures.get(0)).startsWith("PeerLostException: Rank 1 did not").contains("3 s");
  }

  @Test
  void connectionThatNcclDoesNotFinishIsReported() throws Exception {
    StubNccl.load("ncclCommInitRankConfig 1 1 stall");
    List<String> failures =
        new ThreadRanks(2, SHORT)
            .failures(List.of(), (rank, transport, manager) -> transport.group(0, List.of(0, 1)));
    assertThat(failures)
        .anyMatch(failure -> failure.matches("UserError: NCCL has not connected .*0, 1.* 3 s.*"));
  }

  @Test
  void slowConnectionIsAwaited() throws Exception {
    StubNccl.load("ncclCommInitRankConfig 1 0 delay 1500");
    List<Integer> sizes =
        ThreadRanks.of(2)
            .run(List.of(), (rank, transport, manager) -> transport.group(0, List.of(0, 1)).size());
    assertThat(sizes).containsExactly(2, 2);
  }

  private static void sleep(int seconds) {
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
