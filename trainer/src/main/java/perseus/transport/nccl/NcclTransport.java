package perseus.transport.nccl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import perseus.transport.PeerLostException;
import perseus.transport.PeerMessages;
import perseus.transport.TensorGroup;
import perseus.transport.TensorTransport;
import perseus.wire.Daemon;
import perseus.wire.Deadline;

/**
 * Implements {@link TensorTransport} through NCCL, which sends tensors from GPU to GPU. The ranks
 * exchange messages between their hosts, for example about the sizes of tensors. The computations
 * of a rank do not wait for its sends. If a rank is lost or NCCL fails, calls of this transport
 * throw the cause within seconds, and all later calls fail too.
 */
public final class NcclTransport implements TensorTransport {
  /**
   * Maximum time of a transfer or a sum, including the time in which it waits for other ranks.
   * PyTorch has the same limit of 10 minutes for collective operations through NCCL.
   */
  private static final Duration OPERATION_LIMIT = Duration.ofMinutes(10);

  /**
   * At the end of a job, the transport waits at most {@code FINISH_SECONDS} seconds for other
   * ranks.
   */
  private static final int FINISH_SECONDS = 5;

  private static final int FIRST_GROUP_NUMBER = Stream.values().length;

  private final int rank;
  private final NDManager manager;
  private final PeerMessages messages;
  private final Watch.Limits limits;
  private final Nccl nccl;
  private final Cuda cuda;
  private final Health health;
  private final Watch watch;
  private final PendingWork sums;
  private final List<PendingWork> transfers = new ArrayList<>();
  private final List<NcclGroup> groups = new ArrayList<>();
  private final Map<Channel, NcclChannel> channels = new LinkedHashMap<>();

  NcclTransport(
      int rank, Nccl nccl, NDManager manager, PeerMessages messages, Watch.Limits limits) {
    this.rank = rank;
    this.nccl = nccl;
    this.manager = manager;
    this.messages = messages;
    this.limits = limits;
    Device device = manager.getDevice();
    cuda = new Cuda(nccl, device.isGpu() ? device.getDeviceId() : 0);
    cuda.makeCurrent();
    health = new Health(messages);
    sums = new PendingWork(cuda, Cuda.COMPUTE);
    watch = new Watch(cuda, health, messages, limits);
    watch.add(sums);
  }

  /**
   * Connects a rank with the ranks to which it sends tensors, and from which it receives tensors.
   * Only the calling thread may use the transport.
   *
   * @param channels the channels in which this rank sends or receives tensors. All ranks must sort
   *     their channels by the same rule. Otherwise, ranks could wait for each other in a circle.
   * @param manager the DJL object on whose device the rank computes
   * @param messages object that exchanges messages with the ranks in {@code channels} and with the
   *     members of all groups; the caller closes it
   * @param timeout maximum time to wait for other ranks
   * @throws PeerLostException if another rank does not connect in time, or is lost
   * @throws perseus.io.UserError if NCCL fails
   */
  public static NcclTransport connect(
      int rank,
      List<Channel> channels,
      NDManager manager,
      PeerMessages messages,
      Duration timeout) {
    Nccl nccl = Nccl.load(System.getenv(Nccl.PATH_VARIABLE));
    NcclTransport transport =
        new NcclTransport(
            rank, nccl, manager, messages, new Watch.Limits(timeout, OPERATION_LIMIT));
    transport.open(channels);
    return transport;
  }

  /** Connects this rank with the ranks at the other ends of its channels; see {@link #connect}. */
  void open(List<Channel> all) {
    try {
      for (Channel channel : all) {
        List<Integer> members =
            List.of(Math.min(channel.from(), channel.to()), Math.max(channel.from(), channel.to()));
        Communicator communicator = connect(channel.stream().ordinal(), members);
        PendingWork pending = newStream();
        transfers.add(pending);
        NcclChannel end = new NcclChannel(nccl, health, messages, communicator, pending, channel);
        channels.put(channel, end);
        end.test(channel.from() == rank, manager);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Creates a CUDA stream, and returns the object that holds the unfinished operations of the
   * stream.
   */
  private PendingWork newStream() {
    PendingWork pending = new PendingWork(cuda, cuda.newStream());
    watch.add(pending);
    return pending;
  }

  /**
   * Connects the ranks of a communicator. The first rank of the communicator creates the id of the
   * communicator.
   */
  private Communicator connect(int number, List<Integer> members) {
    Communicator communicator = new Communicator(nccl, health, members, rank);
    Deadline deadline = Deadline.after(limits.call());
    int root = members.get(0);
    List<Integer> others = members.subList(1, members.size());
    if (rank == root) {
      byte[] id = nccl.newId();
      others.forEach(other -> messages.send(other, number, id));
      communicator.start(id, cuda::makeCurrent);
      others.forEach(other -> await(other, number, deadline));
    } else {
      communicator.start(await(root, number, deadline), cuda::makeCurrent);
      messages.send(root, number, new byte[0]);
    }
    communicator.awaitConnection(deadline, limits.call());
    return communicator;
  }

  /** Waits for the next message from a rank in the sequence of messages with the given number. */
  private byte[] await(int member, int number, Deadline deadline) {
    byte[] message = messages.receive(member, number, deadline);
    if (message == null) {
      throw health.fail(
          new PeerLostException(
              "Rank %d did not begin to connect through NCCL within %d s."
                  .formatted(member, limits.call().toSeconds()),
              null));
    }
    return message;
  }

  @Override
  public void send(int toRank, Stream stream, NDArray tensor) {
    channels.get(new Channel(stream, rank, toRank)).send(tensor);
  }

  @Override
  public NDArray receive(int fromRank, Stream stream, Shape shape, DataType type, NDManager owner) {
    return channels.get(new Channel(stream, fromRank, rank)).receive(shape, type, owner);
  }

  @Override
  public TensorGroup group(int id, List<Integer> members) {
    if (members.size() == 1) {
      return TensorGroup.ALONE;
    }
    int number = FIRST_GROUP_NUMBER + id;
    Communicator communicator = connect(number, members);
    SumLedger ledger = new SumLedger(messages, number, members, rank);
    NcclGroup group =
        new NcclGroup(
            nccl,
            health,
            communicator,
            sums,
            newStream(),
            ledger,
            members.size(),
            members.indexOf(rank));
    groups.add(group);
    watch.add(group);
    group.test(manager);
    return group;
  }

  @Override
  public void awaitSums() {
    health.await(sums::isDone);
    for (NcclGroup group : groups) {
      health.await(group::exchangeSizes);
    }
    health.check();
  }

  /**
   * Waits until the tensors for other ranks are sent, ends the communicators, and tells the other
   * ranks that this rank has finished. The method waits at most {@value #FINISH_SECONDS} seconds.
   */
  @Override
  public void finish() {
    CountDownLatch done = new CountDownLatch(1);
    // Another thread ends the communicators, because NCCL could wait forever for a lost rank.
    Daemon.start(() -> end(done), "ends communicators");
    try {
      done.await(FINISH_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    messages.finish();
    watch.close();
  }

  private void end(CountDownLatch done) {
    try {
      cuda.makeCurrent();
      for (PendingWork pending : transfers) {
        health.await(pending::isDone);
      }
      health.communicators().forEach(Communicator::close);
    } catch (RuntimeException e) {
      // A failure is ignored here, because this rank has finished its work.
    } finally {
      done.countDown();
    }
  }

  /** Aborts the communicators, unless {@link #finish} has ended them. */
  @Override
  public void close() {
    watch.close();
    health.fail(new IllegalStateException("The transport is closed."));
  }
}
