package perseus.transport.nccl;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Tests the stub in situations in which NCCL would hang, and with a call that NCCL does not allow.
 */
class StubNcclTest {
  private static final int COUNT = 3;
  private static final Executor THREADS = task -> new Thread(task).start();

  private final StubNccl stub = StubNccl.load();
  private final Nccl nccl = Nccl.load(StubNccl.loaded().toString());
  private final Cuda cuda = new Cuda(nccl, 0);
  private final List<Pointer> ranks = connect();
  private final List<Pointer> streams = List.of(cuda.newStream(), cuda.newStream());
  private final List<Memory> sent = List.of(memory(1), memory(2));
  private final List<Memory> received = List.of(memory(0), memory(0));

  /**
   * Connects two ranks, each in a separate thread, because NCCL's call returns only when all ranks
   * have called it.
   */
  private List<Pointer> connect() {
    cuda.makeCurrent();
    byte[] id = nccl.newId();
    List<CompletableFuture<Pointer>> connecting =
        IntStream.range(0, 2)
            .mapToObj(rank -> CompletableFuture.supplyAsync(() -> connect(id, rank), THREADS))
            .toList();
    return connecting.stream().map(rank -> rank.orTimeout(30, TimeUnit.SECONDS).join()).toList();
  }

  private Pointer connect(byte[] id, int rank) {
    cuda.makeCurrent();
    PointerByReference created = new PointerByReference();
    assertThat(nccl.connect(created, 2, id, rank)).isEqualTo(Nccl.SUCCESS);
    return created.getValue();
  }

  private static Memory memory(float value) {
    Memory memory = new Memory(COUNT * Float.BYTES);
    for (int i = 0; i < COUNT; i++) {
      memory.setFloat((long) i * Float.BYTES, value);
    }
    return memory;
  }

  private void send(int rank) {
    nccl.send(sent.get(rank), COUNT, Nccl.FLOAT32, 1 - rank, ranks.get(rank), streams.get(rank));
  }

  private void receive(int rank) {
    nccl.receive(
        received.get(rank), COUNT, Nccl.FLOAT32, 1 - rank, ranks.get(rank), streams.get(rank));
  }

  private boolean finish(long millis) throws InterruptedException {
    List<Pointer> ends = streams.stream().map(cuda::mark).toList();
    for (long i = 0; i < millis / 10 && !ends.stream().allMatch(cuda::isPast); i++) {
      Thread.sleep(10);
    }
    return ends.stream().allMatch(cuda::isPast);
  }

  @Test
  void crossingSendsOfOneCommunicatorWaitUntilTheAbortion() throws Exception {
    for (int rank = 0; rank < 2; rank++) {
      send(rank);
      receive(rank);
    }
    assertThat(finish(500)).isFalse();
    ranks.forEach(nccl::abort);
    assertThat(finish(5000)).isTrue();
  }

  @Test
  void crossingSendsInGroupsArrive() throws Exception {
    for (int rank = 0; rank < 2; rank++) {
      nccl.groupStart();
      send(rank);
      receive(rank);
      assertThat(nccl.groupEnd()).isEqualTo(Nccl.SUCCESS);
    }
    assertThat(finish(5000)).isTrue();
    assertThat(received.get(0).getFloat(0)).isEqualTo(2);
    assertThat(received.get(1).getFloat(0)).isEqualTo(1);
  }

  @Test
  void operationOfAnAbortedCommunicatorIsRefused() {
    ranks.forEach(nccl::abort);
    send(0);
    assertThat(nccl.state(ranks.get(0))).isEqualTo(Nccl.INVALID_ARGUMENT);
    assertThat(stub.calls("misuse")).isEqualTo(2);
  }
}
