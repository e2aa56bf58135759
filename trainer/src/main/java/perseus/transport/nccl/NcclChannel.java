package perseus.transport.nccl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.time.Duration;
import perseus.io.UserError;
import perseus.transport.PeerMessages;
import perseus.transport.TensorTransport.Channel;
import perseus.wire.Deadline;

/**
 * Sends or receives the tensors of one {@link Channel}: one kind of tensors in one direction
 * between two ranks. Each channel has its own communicator and its own CUDA stream. So a send never
 * waits for later operations of the compute stream, and sends in opposite directions never wait for
 * each other.
 *
 * <p>Before each tensor, the sender sends its size in bytes as a message between the hosts. The
 * receiver starts the receive on its GPU when this message has arrived. This has two reasons: NCCL
 * does not check whether both sizes are equal, and a receive that waits in NCCL would keep the GPU
 * busy.
 */
final class NcclChannel {
  private static final float TEST_VALUE = 1234.5f;
  private static final Duration POLL = Duration.ofMillis(100);

  private final Nccl nccl;
  private final Health health;
  private final PeerMessages messages;
  private final Communicator communicator;
  private final PendingWork pending;
  private final Channel channel;

  /**
   * @param pending the operations in the stream of this channel
   */
  NcclChannel(
      Nccl nccl,
      Health health,
      PeerMessages messages,
      Communicator communicator,
      PendingWork pending,
      Channel channel) {
    this.nccl = nccl;
    this.health = health;
    this.messages = messages;
    this.communicator = communicator;
    this.pending = pending;
    this.channel = channel;
  }

  /**
   * Transfers a known number. This makes NCCL connect the two GPUs now, and not during the
   * training.
   *
   * @param sends whether this rank is the sender
   * @throws UserError if another number arrives
   */
  void test(boolean sends, NDManager manager) {
    if (sends) {
      try (NDArray sent = manager.create(TEST_VALUE)) {
        send(sent);
        health.await(pending::isDone);
      }
      return;
    }
    try (NDArray received = receive(new Shape(), DataType.FLOAT32, manager)) {
      if (received.getFloat() != TEST_VALUE) {
        throw new UserError(
            "NCCL changes numbers: rank %d sent %s to rank %d, and %s arrived. Check the connection of the two GPUs, or use --transport tcp."
                .formatted(channel.from(), TEST_VALUE, channel.to(), received.getFloat()));
      }
    }
  }

  /** Sends a tensor. The send waits for the operations that are already in the compute stream. */
  void send(NDArray tensor) {
    health.check();
    // A flat tensor is contiguous in memory. It shares the memory of a contiguous tensor, which
    // stays allocated until the flat tensor is closed.
    NDArray flat = tensor.reshape(-1);
    flat.detach();
    TensorMemory memory = TensorMemory.of(flat);
    messages.send(
        channel.to(), number(), ByteBuffer.allocate(Long.BYTES).putLong(memory.bytes()).array());
    if (memory.count() == 0) {
      flat.close();
      return;
    }
    pending.await(Cuda.COMPUTE);
    communicator.submit(
        "ncclSend",
        handle ->
            nccl.send(
                memory.address(),
                memory.bytes(),
                Nccl.UINT8,
                communicator.index(channel.to()),
                handle,
                pending.stream()));
    pending.add("the send of %d bytes to rank %d".formatted(memory.bytes(), channel.to()), flat);
  }

  /** Waits for the next tensor. Its size in bytes must match the expected shape and type. */
  NDArray receive(Shape shape, DataType type, NDManager manager) {
    long bytes = awaitSize();
    NDArray tensor = manager.create(shape, type);
    TensorMemory memory = TensorMemory.of(tensor);
    if (bytes != memory.bytes()) {
      tensor.close();
      throw new IllegalStateException(
          "rank %d sent %d bytes, but %d were expected."
              .formatted(channel.from(), bytes, memory.bytes()));
    }
    if (bytes > 0) {
      // The new tensor may use memory that earlier operations of the compute stream still read.
      pending.await(Cuda.COMPUTE);
      communicator.submit(
          "ncclRecv",
          handle ->
              nccl.receive(
                  memory.address(),
                  bytes,
                  Nccl.UINT8,
                  communicator.index(channel.from()),
                  handle,
                  pending.stream()));
      pending.add("the receive of %d bytes from rank %d".formatted(bytes, channel.from()), null);
      // After this wait, later operations of this thread can read the received tensor.
      health.await(pending::isDone);
    }
    return tensor;
  }

  private int number() {
    return channel.stream().ordinal();
  }

  private long awaitSize() {
    byte[] size = null;
    while (size == null) {
      health.check();
      size = messages.receive(channel.from(), number(), Deadline.after(POLL));
    }
    return ByteBuffer.wrap(size).getLong();
  }
}
