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
 * Sends or receives the tensors of one {@link Channel} (activations or gradients in one direction
 * between two ranks). Each channel has its own communicator and its own CUDA stream. A send never
 * waits for later operations of the compute stream (the CUDA stream on which PyTorch computes).
 * Sends in opposite directions never wait for each other.
 *
 * <p>Before each tensor, the sender sends the size of the tensor in bytes as a message between the
 * hosts. The receiver starts the receive on its GPU when the message with the size has arrived. The
 * message with the size is needed because NCCL does not check that the sizes on both ranks are
 * equal. The receive starts only after the message, because a receive that waits inside NCCL keeps
 * the GPU busy.
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
   * @param pending the unfinished operations in the CUDA stream of this channel
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
   * Transfers a known number from the sender to the receiver. The test makes NCCL connect the two
   * GPUs before the training starts.
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

  /**
   * Sends a tensor. The send starts when the operations that are now in the compute stream (the
   * CUDA stream on which PyTorch computes) have ended.
   */
  void send(NDArray tensor) {
    health.check();
    // The one-dimensional tensor `flat` is contiguous in memory. If the given tensor is also
    // contiguous, `flat` uses the memory of the given tensor, which stays allocated until `flat` is
    // closed.
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

  /**
   * Waits for the next tensor and returns it. The size of the sent tensor in bytes must match the
   * expected shape and type.
   */
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
      // PyTorch may place the new tensor in memory that earlier operations of the compute stream
      // still read. The receive operation must wait for the earlier operations of the compute
      // stream.
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
      // After the wait, the tensor has arrived, and later operations of this thread can read it.
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
