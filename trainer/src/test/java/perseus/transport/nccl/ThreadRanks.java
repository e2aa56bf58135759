package perseus.transport.nccl;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import perseus.tensor.runtime.DjlRuntime;
import perseus.transport.TensorTransport.Channel;
import perseus.transport.TensorTransport.Stream;
import perseus.transport.tcp.TcpTransport;
import perseus.wire.Daemon;
import perseus.wire.JobSecret;

/** Runs ranks as threads of this process, which are connected through the stub of NCCL. */
final class ThreadRanks {
  /** Maximum time in seconds that a test waits for its ranks. */
  private static final int TIMEOUT_SECONDS = 60;

  private static final JobSecret SECRET = JobSecret.random();

  private final int ranks;
  private final Watch.Limits limits;

  ThreadRanks(int ranks, Watch.Limits limits) {
    this.ranks = ranks;
    this.limits = limits;
  }

  static ThreadRanks of(int ranks) {
    return new ThreadRanks(ranks, new Watch.Limits(Duration.ofSeconds(20), Duration.ofSeconds(20)));
  }

  @FunctionalInterface
  interface Task<T> {
    T run(int rank, NcclTransport transport, NDManager manager);
  }

  /** Returns the channels of both streams in both directions between ranks 0 and 1. */
  static List<Channel> both() {
    return List.of(
        new Channel(Stream.ACTIVATION, 0, 1),
        new Channel(Stream.ACTIVATION, 1, 0),
        new Channel(Stream.GRADIENT, 0, 1),
        new Channel(Stream.GRADIENT, 1, 0));
  }

  /** Runs the task on all ranks, and returns their results in the order of ranks. */
  <T> List<T> run(List<Channel> channels, Task<T> task) throws Exception {
    List<T> results = new ArrayList<>();
    for (CompletableFuture<T> future : start(channels, task)) {
      try {
        results.add(future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
      } catch (ExecutionException e) {
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    }
    return results;
  }

  /** Runs the task on all ranks, and returns the messages of their failures. */
  List<String> failures(List<Channel> channels, Task<?> task) throws Exception {
    List<String> messages = new ArrayList<>();
    for (CompletableFuture<?> future : start(channels, task::run)) {
      try {
        messages.add("no failure, but " + future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
      } catch (ExecutionException e) {
        messages.add(e.getCause().getClass().getSimpleName() + ": " + e.getCause().getMessage());
      } catch (TimeoutException e) {
        messages.add("hangs");
      }
    }
    return messages;
  }

  private <T> List<CompletableFuture<T>> start(List<Channel> channels, Task<T> task) {
    List<TcpTransport.Port> ports = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      ports.add(TcpTransport.open(InetAddress.getLoopbackAddress()));
    }
    List<InetSocketAddress> addresses = ports.stream().map(TcpTransport.Port::address).toList();
    String library = StubNccl.loaded().toString();
    List<CompletableFuture<T>> futures = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      int self = rank;
      Map<Integer, InetSocketAddress> peers = new TreeMap<>();
      IntStream.range(0, ranks)
          .filter(peer -> peer != self)
          .forEach(peer -> peers.put(peer, addresses.get(peer)));
      List<Channel> own =
          channels.stream().filter(each -> each.from() == self || each.to() == self).toList();
      CompletableFuture<T> future = new CompletableFuture<>();
      futures.add(future);
      Daemon.start(
          () -> {
            try (TcpTransport tcp =
                    TcpTransport.connect(self, peers, ports.get(self), SECRET, limits.call());
                NDManager manager = DjlRuntime.newManager(Device.cpu())) {
              future.complete(run(library, self, own, tcp, manager, task));
            } catch (Throwable e) {
              future.completeExceptionally(e);
            }
          },
          "rank " + rank);
    }
    return futures;
  }

  private <T> T run(
      String library,
      int rank,
      List<Channel> channels,
      TcpTransport tcp,
      NDManager manager,
      Task<T> task) {
    Nccl nccl = Nccl.load(library);
    try (NcclTransport transport = new NcclTransport(rank, nccl, manager, tcp, limits)) {
      transport.open(channels);
      T result = task.run(rank, transport, manager);
      transport.finish();
      return result;
    }
  }
}
