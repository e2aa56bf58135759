package perseus.transport.nccl;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The stub must behave as NCCL does where this is dangerous. */
class StubNcclTest {
  private static final int COUNT = 3;

  private final StubNccl stub = StubNccl.load();
  private final Nccl nccl = Nccl.load(StubNccl.library().toString());
  private final Cuda cuda = new Cuda(nccl, 0);
  private final List<Pointer> ranks = connect();
  private final List<Pointer> streams = List.of(cuda.newStream(), cuda.newStream());
  private final List<Memory> sent = List.of(memory(1), memory(2));
  private final List<Memory> received = List.of(memory(0), memory(0));

  private List<Pointer> connect() {
    cuda.makeCurrent();
    byte[] id = nccl.newId();
    List<Pointer> communicators = new ArrayList<>();
    for (int rank = 0; rank < 2; rank++) {
      PointerByReference created = new PointerByReference();
      assertThat(nccl.connect(created, 2, id, rank)).isIn(Nccl.IN_PROGRESS, Nccl.SUCCESS);
      communicators.add(created.getValue());
    }
    communicators.forEach(this::awaitReady);
    return communicators;
  }

  private void awaitReady(Pointer communicator) {
    int state = nccl.state(communicator);
    while (state == Nccl.IN_PROGRESS) {
      Thread.onSpinWait();
      state = nccl.state(communicator);
    }
    assertThat(state).isEqualTo(Nccl.SUCCESS);
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
      awaitReady(ranks.get(rank));
      receive(rank);
      awaitReady(ranks.get(rank));
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
      assertThat(nccl.groupEnd()).isEqualTo(Nccl.IN_PROGRESS);
      awaitReady(ranks.get(rank));
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
