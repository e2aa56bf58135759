package perseus.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import perseus.tensor.runtime.DjlRuntime;
import perseus.transport.PeerLostException;
import perseus.transport.TensorTransport.Stream;
import perseus.wire.Deadline;
import perseus.wire.Handshake;
import perseus.wire.JobSecret;

class TcpTransportTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final JobSecret SECRET = JobSecret.random();

  @FunctionalInterface
  private interface RankTask<T> {
    T run(int rank, TcpTransport transport, NDManager manager);
  }

  /**
   * Runs a task on several ranks, each in a separate thread, and returns the results in the order
   * of the ranks.
   */
  private static <T> List<T> onRanks(int ranks, RankTask<T> task) throws Exception {
    List<TcpTransport.Port> ports = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      ports.add(TcpTransport.open(InetAddress.getLoopbackAddress()));
    }
    List<InetSocketAddress> addresses = ports.stream().map(TcpTransport.Port::address).toList();
    ExecutorService threads = Executors.newFixedThreadPool(ranks);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int rank = 0; rank < ranks; rank++) {
        int self = rank;
        Map<Integer, InetSocketAddress> peers = new TreeMap<>();
        IntStream.range(0, ranks)
            .filter(peer -> peer != self)
            .forEach(peer -> peers.put(peer, addresses.get(peer)));
        futures.add(
            threads.submit(
                () -> {
                  try (TcpTransport transport =
                          TcpTransport.connect(self, peers, ports.get(self), SECRET, TIMEOUT);
                      NDManager manager = DjlRuntime.newManager(DjlRuntime.defaultDevice())) {
                    return task.run(self, transport, manager);
                  }
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private static float[] values(int rank, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.sin(rank * 31 + i) * (i % 7 == 0 ? 1e6f : 1);
    }
    return values;
  }

  @Test
  void sumAddsInMemberOrderAndIsEqualOnAllRanks() throws Exception {
    int ranks = 3;
    for (int count : new int[] {1, 2, 3, 1000, 100_003}) {
      List<float[]> sums =
          onRanks(
              ranks,
              (rank, transport, manager) -> {
                NDArray tensor = manager.create(values(rank, count));
                transport.group(0, List.of(0, 1, 2)).sum(tensor);
                return tensor.toFloatArray();
              });
      float[] expected = values(0, count);
      for (int rank = 1; rank < ranks; rank++) {
        float[] term = values(rank, count);
        for (int i = 0; i < count; i++) {
          expected[i] += term[i];
        }
      }
      assertThat(sums).allSatisfy(sum -> assertThat(Arrays.equals(sum, expected)).isTrue());
    }
  }

  @Test
  void largeAndTransposedTensorsAreSummedInPlace() throws Exception {
    int rows = 3_000;
    int columns = 3_001;
    List<Boolean> correct =
        onRanks(
            2,
            (rank, transport, manager) -> {
              NDArray tensor = manager.ones(new Shape(rows, columns)).mul(rank + 1);
              NDArray transposed = manager.create(values(0, 6), new Shape(2, 3)).transpose();
              float[] before = transposed.toFloatArray();
              transport.group(0, List.of(0, 1)).sum(tensor);
              transport.group(1, List.of(0, 1)).sum(transposed);
              for (int i = 0; i < before.length; i++) {
                before[i] += before[i];
              }
              NDArray scalar = manager.create(2f);
              transport.group(2, List.of(0, 1)).sum(scalar);
              return tensor.eq(3).all().getBoolean()
                  && scalar.getFloat() == 4
                  && Arrays.equals(before, transposed.toFloatArray());
            });
    assertThat(correct).containsOnly(true);
  }

  @Test
  void eachStreamKeepsItsOrderWhenAnotherIsReadFirst() throws Exception {
    List<List<Float>> seen =
        onRanks(
            2,
            (rank, transport, manager) -> {
              List<Float> received = new ArrayList<>();
              if (rank == 0) {
                for (int i = 0; i < 5; i++) {
                  transport.send(1, Stream.ACTIVATION, manager.create((float) i));
                  transport.send(1, Stream.GRADIENT, manager.create(10f + i));
                }
              } else {
                for (Stream stream : List.of(Stream.GRADIENT, Stream.ACTIVATION)) {
                  for (int i = 0; i < 5; i++) {
                    received.add(
                        transport
                            .receive(0, stream, new Shape(), DataType.FLOAT32, manager)
                            .getFloat());
                  }
                }
              }
              return received;
            });
    assertThat(seen.get(1)).containsExactly(10f, 11f, 12f, 13f, 14f, 0f, 1f, 2f, 3f, 4f);
  }

  /** Sends all 65,536 patterns of 16 bits, some of which are NaN in float16 or bfloat16. */
  @Test
  void allBitsOfFloat16TensorsArriveUnchanged() throws Exception {
    ByteBuffer bits = ByteBuffer.allocateDirect(2 << 16).order(ByteOrder.nativeOrder());
    for (int i = 0; i < 1 << 16; i++) {
      bits.putShort(2 * i, (short) i);
    }
    Shape shape = new Shape(2, 1 << 15);
    List<byte[]> seen =
        onRanks(
            2,
            (rank, transport, manager) -> {
              if (rank == 0) {
                transport.send(1, Stream.ACTIVATION, manager.create(bits, shape, DataType.FLOAT16));
                return new byte[0];
              }
              NDArray received =
                  transport.receive(0, Stream.ACTIVATION, shape, DataType.FLOAT16, manager);
              assertThat(received.getDataType()).isEqualTo(DataType.FLOAT16);
              assertThat(received.getShape()).isEqualTo(shape);
              byte[] bytes = new byte[bits.capacity()];
              received.toByteBuffer().get(bytes);
              return bytes;
            });
    assertThat(ByteBuffer.wrap(seen.get(1))).isEqualTo(bits);
  }

  @Test
  void receiveFailsWhenThePeerCloses() throws Exception {
    List<String> outcomes =
        onRanks(
            2,
            (rank, transport, manager) -> {
              if (rank == 0) {
                return "closed";
              }
              try {
                transport.receive(0, Stream.ACTIVATION, new Shape(4), DataType.FLOAT32, manager);
                return "received";
              } catch (PeerLostException e) {
                return e.getMessage();
              }
            });
    assertThat(outcomes.get(1)).contains("rank 0");
  }

  @Test
  void messagesArriveInOrderAndAMissingMessageIsNull() throws Exception {
    List<List<String>> seen =
        onRanks(
            2,
            (rank, transport, manager) -> {
              List<String> received = new ArrayList<>();
              if (rank == 0) {
                transport.send(1, 3, "one".getBytes());
                transport.send(1, 3, "two".getBytes());
                transport.send(1, 4, new byte[0]);
                transport.receive(1, 0, Deadline.NEVER);
              } else {
                assertThat(transport.receive(0, 5, Deadline.after(Duration.ofMillis(50)))).isNull();
                for (int number : new int[] {4, 3, 3}) {
                  received.add(new String(transport.receive(0, number, Deadline.NEVER)));
                }
                transport.send(0, 0, new byte[1]);
              }
              return received;
            });
    assertThat(seen.get(1)).containsExactly("", "one", "two");
  }

  @Test
  void endOfAPeerIsALossUnlessThePeerHasFinished() throws Exception {
    for (boolean finishes : new boolean[] {true, false}) {
      List<PeerLostException> losses =
          onRanks(
              2,
              (rank, transport, manager) -> {
                if (rank == 0) {
                  // Rank 0 waits here until rank 1 has checked that rank 0 is not lost.
                  transport.receive(1, 0, Deadline.NEVER);
                  if (finishes) {
                    transport.finish();
                  }
                  return null;
                }
                assertThat(transport.loss()).isNull();
                transport.send(0, 0, new byte[1]);
                assertThatThrownBy(() -> transport.receive(0, 0, Deadline.NEVER))
                    .isInstanceOf(PeerLostException.class);
                return transport.loss();
              });
      assertThat(losses.get(1) != null).isEqualTo(!finishes);
    }
  }

  @Test
  void unauthenticatedCallerIsRefusedAndMissingPeerIsNamed() throws Exception {
    TcpTransport.Port port = TcpTransport.open(InetAddress.getLoopbackAddress());
    try (Socket caller = new Socket()) {
      caller.connect(port.address());
      caller.getOutputStream().write(new byte[100]);
      assertThatThrownBy(
              () ->
                  TcpTransport.connect(
                      0,
                      Map.of(1, new InetSocketAddress("127.0.0.1", 1)),
                      port,
                      SECRET,
                      Duration.ofMillis(500)))
          .isInstanceOf(PeerLostException.class)
          .hasMessageContaining("Rank 1")
          .hasMessageContaining("did not connect");
    }
  }

  @Test
  void silentCallersDoNotDelayPeers() throws Exception {
    List<TcpTransport.Port> ports = new ArrayList<>();
    List<Socket> silentCallers = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int rank = 0; rank < 2; rank++) {
        ports.add(TcpTransport.open(InetAddress.getLoopbackAddress()));
      }
      InetSocketAddress first = ports.get(0).address();
      InetSocketAddress second = ports.get(1).address();
      // Rank 0 must authenticate all callers at the same time. Otherwise, rank 1 would wait for the
      // timeouts of the three silent callers and give up.
      for (int i = 0; i < 3; i++) {
        silentCallers.add(new Socket(first.getAddress(), first.getPort()));
      }
      Future<TcpTransport> rank0 =
          threads.submit(
              () -> TcpTransport.connect(0, Map.of(1, second), ports.get(0), SECRET, TIMEOUT));
      Future<TcpTransport> rank1 =
          threads.submit(
              () -> TcpTransport.connect(1, Map.of(0, first), ports.get(1), SECRET, TIMEOUT));
      rank0.get().close();
      rank1.get().close();
    } finally {
      for (Socket caller : silentCallers) {
        caller.close();
      }
      threads.shutdownNow();
    }
  }

  @Test
  void peerThatClosesTheConnectionIsCalledAgain() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (ServerSocket busy = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      InetSocketAddress address = (InetSocketAddress) busy.getLocalSocketAddress();
      TcpTransport.Port port = TcpTransport.open(InetAddress.getLoopbackAddress());
      Future<TcpTransport> caller =
          thread.submit(() -> TcpTransport.connect(1, Map.of(0, address), port, SECRET, TIMEOUT));
      busy.accept().close();
      try (Socket again = busy.accept()) {
        Handshake.answer(again, role -> SECRET);
        assertThat(new DataInputStream(again.getInputStream()).readInt()).isEqualTo(1);
        caller.get().close();
      }
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void rankAcceptsPeersWhileItConnectsToOthers() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (ServerSocket slow = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      InetSocketAddress address = (InetSocketAddress) slow.getLocalSocketAddress();
      TcpTransport.Port middle = TcpTransport.open(InetAddress.getLoopbackAddress());
      TcpTransport.Port last = TcpTransport.open(InetAddress.getLoopbackAddress());
      Map<Integer, InetSocketAddress> neighbours = Map.of(0, address, 2, last.address());
      InetSocketAddress middleAddress = middle.address();
      Future<TcpTransport> waits =
          threads.submit(() -> TcpTransport.connect(1, neighbours, middle, SECRET, TIMEOUT));
      // Rank 1 must accept the connection of rank 2 although rank 0 has not yet answered rank 1.
      TcpTransport.connect(2, Map.of(1, middleAddress), last, SECRET, TIMEOUT).close();
      try (Socket late = slow.accept()) {
        Handshake.answer(late, role -> SECRET);
        waits.get().close();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
