package perseus.transport.nccl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import perseus.tensor.runtime.CudaStream;
import perseus.tensor.runtime.DjlRuntime;
import perseus.tensor.runtime.NativeLibraries;
import perseus.transport.TensorGroup;
import perseus.transport.TensorTransport;
import perseus.transport.TensorTransport.Channel;
import perseus.transport.TensorTransport.Stream;
import perseus.transport.tcp.TcpTransport;
import perseus.wire.JobSecret;

/**
 * Tries the NCCL transport on the GPUs of one host, one process for each GPU, and prints speeds and
 * whether all numbers are right:
 *
 * <pre>
 * for rank in 0 1; do java -cp CLASSPATH NcclProbe.java $rank 2 /tmp/empty-folder 64 kill &amp; done; wait
 * </pre>
 *
 * The arguments are the rank, the number of ranks, a folder that is empty at the start, and the
 * size of a tensor in MiB. The optional word {@code kill} lets the last rank end suddenly at the
 * end.
 */
public final class NcclProbe {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int REPEATS = 20;
  private static final int WARM_UP = 3;

  private final int rank;
  private final int ranks;
  private final int elements;
  private final TensorTransport transport;
  private final NDManager manager;
  private final CudaStream compute;

  private NcclProbe(
      int rank, int ranks, int elements, TensorTransport transport, NDManager manager) {
    this.rank = rank;
    this.ranks = ranks;
    this.elements = elements;
    this.transport = transport;
    this.manager = manager;
    this.compute = new CudaStream(manager.getDevice());
  }

  public static void main(String[] arguments) throws Exception {
    int rank = Integer.parseInt(arguments[0]);
    int ranks = Integer.parseInt(arguments[1]);
    int elements = Integer.parseInt(arguments[3]) << 18;
    NativeLibraries.load();
    int gpus = Engine.getEngine("PyTorch").getGpuCount();
    Device device = gpus > 0 ? Device.gpu(rank % gpus) : Device.cpu();
    System.out.println("rank " + rank + ": " + device + " " + NcclDetection.detect(device));
    TcpTransport.Port port = TcpTransport.open(InetAddress.getLoopbackAddress());
    Map<Integer, InetSocketAddress> peers =
        meet(rank, ranks, Path.of(arguments[2]), port.address().getPort());
    long start = System.nanoTime();
    try (TcpTransport tcp = TcpTransport.connect(rank, peers, port, JobSecret.NONE, TIMEOUT);
        NDManager manager = DjlRuntime.newManager(device);
        NcclTransport transport =
            NcclTransport.connect(rank, channels(rank, ranks), manager, tcp, TIMEOUT)) {
      NcclProbe probe = new NcclProbe(rank, ranks, elements, transport, manager);
      probe.print("connects", start, 1, 0);
      probe.backAndForth();
      probe.crossing();
      probe.sendsWhileItComputes();
      TensorGroup group = transport.group(0, IntStream.range(0, ranks).boxed().toList());
      probe.sums(group);
      if (arguments.length > 4) {
        probe.losesARank(group);
      }
      transport.finish();
    }
    System.exit(0);
  }

  /** Returns the addresses of the other ranks, which all ranks write into one folder. */
  private static Map<Integer, InetSocketAddress> meet(int rank, int ranks, Path folder, int port)
      throws IOException, InterruptedException {
    Path own = folder.resolve("part-" + rank);
    Files.writeString(own, String.valueOf(port));
    Files.move(own, folder.resolve("port-" + rank), StandardCopyOption.ATOMIC_MOVE);
    Map<Integer, InetSocketAddress> peers = new TreeMap<>();
    for (int peer = 0; peer < ranks; peer++) {
      Path file = folder.resolve("port-" + peer);
      while (!Files.exists(file)) {
        Thread.sleep(20);
      }
      if (peer != rank) {
        int number = Integer.parseInt(Files.readString(file));
        peers.put(peer, new InetSocketAddress(InetAddress.getLoopbackAddress(), number));
      }
    }
    return peers;
  }

  private static List<Channel> channels(int rank, int ranks) {
    List<Channel> channels = new ArrayList<>();
    for (Stream stream : Stream.values()) {
      for (int odd = 0; odd < 2; odd++) {
        for (int from = odd; from < ranks - 1; from += 2) {
          boolean forward = stream == Stream.ACTIVATION;
          channels.add(new Channel(stream, forward ? from : from + 1, forward ? from + 1 : from));
        }
      }
    }
    channels.removeIf(channel -> channel.from() != rank && channel.to() != rank);
    return channels;
  }

  private NDArray numbers(int seed) {
    return manager.arange(0f, elements, 1f).mod(1009).add(seed);
  }

  private NDArray receive(int from, Stream stream) {
    return transport.receive(from, stream, new Shape(elements), DataType.FLOAT32, manager);
  }

  private void check(String what, NDArray actual, NDArray expected) {
    boolean equal = actual.eq(expected).all().getBoolean();
    System.out.println("rank " + rank + ": " + what + (equal ? " right" : " WRONG"));
  }

  private void print(String what, long start, int count, long bytes) {
    double seconds = (System.nanoTime() - start) / 1e9 / count;
    System.out.printf(
        "rank %d: %s %.3f ms%s%n",
        rank,
        what,
        seconds * 1e3,
        bytes == 0 ? "" : " = %.1f GB/s".formatted(bytes / seconds / 1e9));
  }

  /** Sends a tensor from rank 0 to rank 1 and then another tensor back, and measures the time. */
  private void backAndForth() {
    if (rank > 1) {
      return;
    }
    NDArray tensor = numbers(rank);
    NDArray last = null;
    long start = 0;
    for (int i = -WARM_UP; i < REPEATS; i++) {
      start = i == 0 ? System.nanoTime() : start;
      if (rank == 0) {
        transport.send(1, Stream.ACTIVATION, tensor);
        last = receive(1, Stream.GRADIENT);
      } else {
        last = receive(0, Stream.ACTIVATION);
        transport.send(0, Stream.GRADIENT, tensor);
      }
    }
    print("a tensor to the other GPU and one back", start, REPEATS, 8L * elements);
    check("tensor", last, numbers(1 - rank));
  }

  /**
   * Lets ranks 0 and 1 send tensors to each other at the same time: each rank first sends all its
   * tensors, and then receives all tensors.
   */
  private void crossing() {
    if (rank > 1) {
      return;
    }
    Stream out = rank == 0 ? Stream.ACTIVATION : Stream.GRADIENT;
    Stream in = rank == 0 ? Stream.GRADIENT : Stream.ACTIVATION;
    long start = System.nanoTime();
    for (int i = 0; i < REPEATS; i++) {
      transport.send(1 - rank, out, numbers(i));
    }
    for (int i = 0; i < REPEATS; i++) {
      NDArray received = receive(1 - rank, in);
      if (i == REPEATS - 1) {
        check("last of " + REPEATS + " crossing tensors", received, numbers(i));
      }
    }
    print("crossing tensors, each way", start, REPEATS, 4L * elements);
  }

  /**
   * Measures the time of computations of rank 0 while rank 1 has not yet received the tensors of
   * rank 0. The computations must not wait for the sends.
   */
  private void sendsWhileItComputes() throws InterruptedException {
    if (rank == 0) {
      int size = manager.getDevice().isGpu() ? 4096 : 256;
      NDArray matrix = manager.ones(new Shape(size, size)).div(size);
      for (int sends = 0; sends < 3; sends++) {
        compute.synchronize();
        long start = System.nanoTime();
        if (sends > 0) {
          transport.send(1, Stream.ACTIVATION, numbers(sends));
          print("send call", start, 1, 0);
        }
        start = System.nanoTime();
        for (int i = 0; i < 200; i++) {
          matrix.matMul(matrix).close();
        }
        compute.synchronize();
        print(sends == 0 ? "computation alone" : "computation beside a waiting send", start, 1, 0);
      }
    } else if (rank == 1) {
      Thread.sleep(3000);
      receive(0, Stream.ACTIVATION);
      check("late tensor", receive(0, Stream.ACTIVATION), numbers(2));
    }
  }

  private void sums(TensorGroup group) {
    NDArray tensor = manager.ones(new Shape(elements));
    NDArray small = manager.ones(new Shape(1024));
    long start = 0;
    for (int i = -WARM_UP; i < REPEATS; i++) {
      if (i == 0) {
        transport.awaitSums();
        start = System.nanoTime();
      }
      group.sum(tensor);
    }
    transport.awaitSums();
    print("sum", start, REPEATS, 4L * elements);
    float expected = (float) Math.pow(ranks, REPEATS + WARM_UP);
    check("sum", tensor, manager.full(new Shape(elements), expected));
    start = System.nanoTime();
    for (int i = 0; i < REPEATS; i++) {
      group.sum(small);
    }
    transport.awaitSums();
    print("sum of 4 KiB", start, REPEATS, 0);
    List<NDArray> many =
        IntStream.range(0, 100).mapToObj(i -> manager.ones(new Shape(100_000))).toList();
    group.sumAll(many);
    transport.awaitSums();
    start = System.nanoTime();
    group.sumAll(many);
    transport.awaitSums();
    print("sums of 100 tensors of 400 kB", start, 1, 100L * 400_000);
    check("each", many.get(99), manager.full(new Shape(100_000), (float) ranks * ranks));
  }

  /**
   * Ends the last rank while the GPUs of the other ranks wait for it, and prints the errors of the
   * other ranks.
   */
  private void losesARank(TensorGroup group) throws InterruptedException {
    Thread.sleep(1000);
    if (rank == ranks - 1) {
      System.out.println("rank " + rank + ": ends now");
      Runtime.getRuntime().halt(9);
    }
    long start = System.nanoTime();
    try {
      NDArray tensor = manager.ones(new Shape(elements));
      group.sum(tensor);
      compute.synchronize();
      transport.awaitSums();
      System.out.println("rank " + rank + ": WRONG, no failure");
    } catch (RuntimeException e) {
      print("after the loss of a rank, '" + e.getMessage() + "'", start, 1, 0);
    }
    Runtime.getRuntime().halt(0);
  }
}
