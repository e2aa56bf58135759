package org.example.perseus;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import perseus.transport.PeerMessages;
import perseus.transport.TensorGroup;
import perseus.transport.TensorTransport;
import perseus.transport.TransportProvider;
import perseus.wire.Deadline;

/** Compresses the tensors that ranks exchange, for slow networks. */
public final class DeflateTransport implements TransportProvider {
  @Override
  public String name() {
    return "deflate";
  }

  @Override
  public TensorTransport connect(Connection connection) {
    return new Compressing(connection.rank(), connection.messages());
  }

  private record Compressing(int rank, PeerMessages messages) implements TensorTransport {
    @Override
    public void send(int toRank, Stream stream, NDArray tensor) {
      messages.send(toRank, stream.ordinal(), deflated(tensor));
    }

    @Override
    public NDArray receive(
        int fromRank, Stream stream, Shape shape, DataType type, NDManager manager) {
      byte[] bytes = inflated(messages.receive(fromRank, stream.ordinal(), Deadline.NEVER));
      if (bytes.length != shape.size() * type.getNumOfBytes()) {
        throw new IllegalStateException("The tensor has %d bytes.".formatted(bytes.length));
      }
      return tensor(bytes, shape, type, manager);
    }

    @Override
    public TensorGroup group(int id, List<Integer> members) {
      return members.size() == 1
          ? TensorGroup.ALONE
          : new Group(this, Stream.values().length + id, members);
    }

    @Override
    public void awaitSums() {
      // The method that sums tensors returns when the sum is complete, so there is nothing to wait
      // for.
    }

    @Override
    public void finish() {
      messages.finish();
    }

    @Override
    public void close() {
      // The caller that has created the object "messages" closes it.
    }
  }

  /**
   * Sums tensors over a group of ranks. The first rank adds the tensors in the order of the ranks, and sends the sum to all ranks.
   */
  private record Group(Compressing transport, int number, List<Integer> members)
      implements TensorGroup {
    @Override
    public int size() {
      return members.size();
    }

    @Override
    public int index() {
      return members.indexOf(transport.rank());
    }

    @Override
    public void sum(NDArray tensor) {
      PeerMessages messages = transport.messages();
      List<Integer> others = members.subList(1, members.size());
      if (index() > 0) {
        messages.send(members.get(0), number, deflated(tensor));
        replace(tensor, messages.receive(members.get(0), number, Deadline.NEVER));
        return;
      }
      for (int other : others) {
        byte[] bytes = inflated(messages.receive(other, number, Deadline.NEVER));
        try (NDArray term =
            tensor(bytes, tensor.getShape(), tensor.getDataType(), tensor.getManager())) {
          tensor.addi(term);
        }
      }
      byte[] sum = deflated(tensor);
      others.forEach(other -> messages.send(other, number, sum));
    }

    private static void replace(NDArray tensor, byte[] deflated) {
      try (NDArray sum =
          tensor(
              inflated(deflated), tensor.getShape(), tensor.getDataType(), tensor.getManager())) {
        tensor.set(new NDIndex("..."), sum);
      }
    }
  }

  private static NDArray tensor(byte[] bytes, Shape shape, DataType type, NDManager manager) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length);
    buffer.order(ByteOrder.nativeOrder()).put(bytes).rewind();
    try (NDArray view = manager.create(buffer, shape, type)) {
      return view.duplicate();
    }
  }

  private static byte[] deflated(NDArray tensor) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
      out.write(tensor.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] inflated(byte[] deflated) {
    try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(deflated))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
