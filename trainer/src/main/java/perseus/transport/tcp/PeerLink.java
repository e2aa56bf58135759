package perseus.transport.tcp;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import perseus.transport.PeerLostException;
import perseus.wire.Daemon;
import perseus.wire.Deadline;

/**
 * Sends tensors to one other rank and receives tensors from it over a TCP connection. One thread
 * writes the queued frames (messages), and another thread reads arriving frames, so that the rank
 * can compute at the same time.
 *
 * <p>A frame (message) has a header of three 4-byte integers in network byte order, and a payload
 * in native byte order. The three integers are the number of the stream, the number of the frame in
 * the stream (from 1), and the length of the payload in bytes. The hosts of both ranks must have
 * the same native byte order. A frame (message) in the stream {@link #GOODBYE} tells the other rank
 * that this rank has finished and is not lost.
 */
final class PeerLink implements AutoCloseable {
  private static final int HEADER_BYTES = 12;

  private static final int GOODBYE = -1;

  /**
   * The payload of a frame (message) has at most {@code MAX_PAYLOAD_BYTES} bytes. The class {@link
   * BufferPool} rounds the length of a payload up, and the rounded length must fit into an int.
   */
  private static final int MAX_PAYLOAD_BYTES = Integer.MAX_VALUE - 4096;

  /** The empty buffer {@code END} is the last entry of a queue of frames (messages). */
  private static final ByteBuffer END = ByteBuffer.allocate(0);

  private final SocketChannel channel;
  private final String peer;
  private final BufferPool pool;
  private final Map<Integer, BlockingQueue<ByteBuffer>> arrived = new ConcurrentHashMap<>();
  private final BlockingQueue<Frame> outgoing = new LinkedBlockingQueue<>();
  private final Map<Integer, Integer> sentFrames = new ConcurrentHashMap<>();
  private final Thread writer;
  private final Thread reader;
  private volatile IOException failure;
  private volatile boolean ended;

  /**
   * Holds a frame (message) that is queued for sending. The payload of the last frame (message) in
   * the queue is the empty buffer {@link #END}.
   */
  private record Frame(int stream, int number, ByteBuffer payload) {}

  /**
   * Starts two threads: one writes frames (messages) to the connection, and the other reads frames
   * from it.
   *
   * @param channel a connection on which the handshake has succeeded
   * @param peer the name of the other rank for error messages, such as {@code rank 3}
   */
  PeerLink(SocketChannel channel, String peer, BufferPool pool) {
    this.channel = channel;
    this.peer = peer;
    this.pool = pool;
    this.writer = Daemon.start(this::write, "sends to " + peer);
    this.reader = Daemon.start(this::read, "receives from " + peer);
  }

  /**
   * Queues a buffer for sending to the other rank. After the contents of the buffer are sent, the
   * buffer is given back to the pool.
   *
   * @param payload the buffer whose bytes from its position to its limit are sent
   * @throws PeerLostException if the connection to the other rank is lost
   */
  void send(int stream, ByteBuffer payload) {
    if (failure != null) {
      throw lost(failure);
    }
    int number = sentFrames.merge(stream, 1, Integer::sum);
    outgoing.add(new Frame(stream, number, payload));
  }

  /**
   * Waits for the next frame (message) of a stream and returns the payload of the frame.
   *
   * @param bytes the expected length of the payload in bytes
   * @return the buffer with the payload of the frame (message), which the caller must give back to
   *     the pool
   * @throws PeerLostException if the connection to the other rank is lost
   * @throws IllegalStateException if the payload of the frame (message) does not have the expected
   *     length
   */
  ByteBuffer receive(int stream, int bytes) {
    ByteBuffer payload = receive(stream, Deadline.NEVER);
    if (payload.remaining() != bytes) {
      throw new IllegalStateException(
          "%s sent %d bytes, but %d were expected.".formatted(peer, payload.remaining(), bytes));
    }
    return payload;
  }

  /**
   * Waits for the next frame (message) of a stream and returns the payload of the frame.
   *
   * @return the buffer with the payload of the frame; null if no frame has arrived at the deadline.
   *     The caller must give the buffer back to the pool.
   * @throws PeerLostException if the connection to the other rank is lost
   */
  ByteBuffer receive(int stream, Deadline deadline) {
    BlockingQueue<ByteBuffer> queue = queue(stream);
    ByteBuffer payload;
    try {
      payload = queue.poll(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PeerLostException("Interrupted while waiting for " + peer + ".", e);
    }
    if (payload == END) {
      // The empty buffer END must stay in the queue, because later calls of receive must also fail.
      queue.add(END);
      throw lost(failure);
    }
    return payload;
  }

  /**
   * Returns an error that names the other rank and the cause; null if the other rank is not lost.
   * The other rank is not lost if the connection is open, or if the other rank has sent {@link
   * #GOODBYE}.
   */
  PeerLostException loss() {
    IOException cause = failure;
    return cause == null || ended ? null : lost(cause);
  }

  /** Tells the other rank that this rank sends nothing more. */
  void sayGoodbye() {
    outgoing.add(new Frame(GOODBYE, 1, pool.take(0)));
  }

  private BlockingQueue<ByteBuffer> queue(int stream) {
    BlockingQueue<ByteBuffer> queue =
        arrived.computeIfAbsent(stream, name -> new LinkedBlockingQueue<>());
    if (failure != null && !queue.contains(END)) {
      queue.add(END);
    }
    return queue;
  }

  private PeerLostException lost(IOException cause) {
    return new PeerLostException("The connection to %s was lost.".formatted(peer), cause);
  }

  private void write() {
    ByteBuffer header = ByteBuffer.allocateDirect(HEADER_BYTES).order(ByteOrder.BIG_ENDIAN);
    ByteBuffer[] parts = {header, null};
    try {
      while (true) {
        Frame frame = outgoing.take();
        if (frame.payload == END) {
          channel.shutdownOutput();
          return;
        }
        header.clear();
        header.putInt(frame.stream).putInt(frame.number).putInt(frame.payload.remaining()).flip();
        parts[1] = frame.payload;
        while (header.hasRemaining() || frame.payload.hasRemaining()) {
          channel.write(parts);
        }
        pool.give(frame.payload);
      }
    } catch (IOException e) {
      fail(e);
    } catch (InterruptedException e) {
      fail(new IOException("interrupted", e));
    }
  }

  private void read() {
    ByteBuffer header = ByteBuffer.allocateDirect(HEADER_BYTES).order(ByteOrder.BIG_ENDIAN);
    Map<Integer, Integer> numbers = new ConcurrentHashMap<>();
    try {
      while (true) {
        fill(header.clear());
        header.flip();
        int stream = header.getInt();
        int number = header.getInt();
        int bytes = header.getInt();
        if (bytes < 0
            || bytes > MAX_PAYLOAD_BYTES
            || number != numbers.merge(stream, 1, Integer::sum)) {
          throw new IOException(
              "unexpected frame %d of stream %d with %d bytes".formatted(number, stream, bytes));
        }
        if (stream == GOODBYE) {
          ended = true;
        }
        ByteBuffer payload = pool.take(bytes);
        fill(payload);
        queue(stream).add(payload.flip());
      }
    } catch (IOException e) {
      fail(e);
    } catch (OutOfMemoryError e) {
      fail(new IOException("no memory is left for arriving tensors", e));
    }
  }

  private void fill(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException("it closed the connection");
      }
    }
  }

  private void fail(IOException cause) {
    if (failure == null) {
      failure = cause;
    }
    arrived.keySet().forEach(this::queue);
  }

  /** Sends the queued frames (messages), and then closes the connection to the other rank. */
  @Override
  public void close() {
    outgoing.add(new Frame(0, 0, END));
    try {
      writer.join(5_000);
      channel.close();
      reader.join(1_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // Closing may fail because the other rank has already closed the connection.
    }
  }
}
