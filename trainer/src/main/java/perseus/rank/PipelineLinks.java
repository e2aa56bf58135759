package perseus.rank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import perseus.parallel.Degrees;
import perseus.transport.TensorTransport;
import perseus.transport.TensorTransport.Channel;
import perseus.transport.TensorTransport.Stream;

/**
 * Sends and receives tensors between neighbouring ranks of a pipeline. Activations go to the next
 * rank, and gradients go to the previous rank. In a pipeline schedule with several stages per rank,
 * the last rank sends activations to the first rank. If a pipeline has only one rank, this rank
 * sends tensors to itself.
 */
final class PipelineLinks {
  private final TensorTransport transport;
  private final int rank;
  private final int previous;
  private final int next;
  private final NDManager manager;

  /**
   * Holds the tensors that the only rank of a pipeline has sent to itself and has not yet received.
   */
  private final Map<Stream, Queue<NDList>> toSelf = new EnumMap<>(Stream.class);

  /**
   * @param manager the DJL object that owns the received tensors and frees their memory
   */
  PipelineLinks(TensorTransport transport, int rank, Degrees degrees, NDManager manager) {
    this.transport = transport;
    this.rank = rank;
    this.previous = degrees.previousRank(rank);
    this.next = degrees.nextRank(rank);
    this.manager = manager;
    for (Stream stream : Stream.values()) {
      toSelf.put(stream, new ArrayDeque<>());
    }
  }

  /**
   * Lists the channels between a rank and its neighbours: one for each stream of tensors in each
   * direction. Each rank connects its channels in the order of the returned list. All ranks first
   * connect the channels with senders at even positions. They then connect the channels with
   * senders at odd positions. The order of the channels prevents ranks from waiting for each other
   * in a circle.
   *
   * @param ring whether the last rank of a pipeline sends activations to the first rank
   */
  static List<Channel> channels(int rank, Degrees degrees, boolean ring) {
    List<Channel> channels = new ArrayList<>();
    int place = degrees.ppRank(rank);
    boolean hasPrevious = degrees.pp() > 1 && (place > 0 || ring);
    boolean hasNext = degrees.pp() > 1 && (place < degrees.pp() - 1 || ring);
    for (Stream stream : Stream.values()) {
      int before = channels.size();
      if (hasPrevious) {
        int previous = degrees.previousRank(rank);
        channels.add(
            stream == Stream.ACTIVATION
                ? new Channel(stream, previous, rank)
                : new Channel(stream, rank, previous));
      }
      if (hasNext) {
        int next = degrees.nextRank(rank);
        channels.add(
            stream == Stream.ACTIVATION
                ? new Channel(stream, rank, next)
                : new Channel(stream, next, rank));
      }
      channels
          .subList(before, channels.size())
          .sort(Comparator.comparingInt(channel -> order(channel, degrees)));
    }
    return channels;
  }

  /** Returns the position of a channel in the order of {@link #channels}. */
  private static int order(Channel channel, Degrees degrees) {
    int place = degrees.ppRank(channel.from());
    return place % 2 * degrees.pp() + place;
  }

  /**
   * Sends tensors to a neighbour: activations to the next rank, gradients to the previous rank.
   * After a call of {@code send}, the caller must not use the sent tensors.
   */
  void send(Stream stream, NDList tensors) {
    int to = stream == Stream.ACTIVATION ? next : previous;
    if (to == rank) {
      toSelf.get(stream).add(tensors);
      return;
    }
    try (tensors) {
      for (NDArray tensor : tensors) {
        transport.send(to, stream, tensor);
      }
    }
  }

  /**
   * Waits for tensors from a neighbour that have the given shapes and the given type, and returns
   * the tensors.
   */
  NDList receive(Stream stream, List<Shape> shapes, DataType type) {
    int from = stream == Stream.ACTIVATION ? previous : next;
    if (from == rank) {
      return toSelf.get(stream).remove();
    }
    NDList list = new NDList(shapes.size());
    for (Shape shape : shapes) {
      list.add(transport.receive(from, stream, shape, type, manager));
    }
    return list;
  }
}
