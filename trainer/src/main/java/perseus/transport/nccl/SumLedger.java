package perseus.transport.nccl;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import perseus.io.UserError;
import perseus.transport.PeerLostException;
import perseus.transport.PeerMessages;
import perseus.wire.Deadline;

/**
 * Checks that all ranks of a group sum tensors of the same sizes and types in the same order. NCCL
 * itself does not check sizes and types of tensors. If the sizes or types of two ranks differ, NCCL
 * hangs or computes wrong sums. The ranks of the group form a ring. Each rank sends the sizes and
 * types of its tensors to the next rank, as a message between the hosts. The next rank compares
 * them with the sizes and types of its own tensors. If every rank agrees with the previous rank,
 * all ranks agree. Several threads may use an instance.
 */
final class SumLedger {
  private static final int ENTRY_BYTES = Long.BYTES + Integer.BYTES;

  private final PeerMessages messages;
  private final int number;
  private final String ranks;
  private final int rank;
  private final int previous;
  private final int next;
  private final ArrayDeque<Sum> unsent = new ArrayDeque<>();
  private final ArrayDeque<Sum> unchecked = new ArrayDeque<>();
  private final ArrayDeque<Sum> arrived = new ArrayDeque<>();
  private long checked;

  private record Sum(long count, int type) {
    String text() {
      String name =
          switch (type) {
            case Nccl.FLOAT32 -> "float32";
            case Nccl.FLOAT16 -> "float16";
            default -> "bfloat16";
          };
      return count + " " + name + " elements";
    }
  }

  /**
   * @param number number of the sequence of messages that the group uses
   * @param members the ranks of the group, at least 2, in the order of the group
   * @param rank number of this rank in the job
   */
  SumLedger(PeerMessages messages, int number, List<Integer> members, int rank) {
    this.messages = messages;
    this.number = number;
    this.ranks = members.toString().replaceAll("[\\[\\]]", "");
    this.rank = rank;
    int index = members.indexOf(rank);
    this.previous = members.get((index + members.size() - 1) % members.size());
    this.next = members.get((index + 1) % members.size());
  }

  /** Stores the size and the type of a tensor that this rank is about to sum. */
  synchronized void add(TensorMemory tensor) {
    Sum sum = new Sum(tensor.count(), tensor.type());
    unsent.add(sum);
    unchecked.add(sum);
  }

  /**
   * Sends the sizes and types of newly added tensors to the next member of the group. Compares the
   * sizes and types that have arrived from the previous member with those of this rank's tensors.
   *
   * @return whether all added tensors have been compared
   * @throws UserError if this rank and the previous member sum tensors of different sizes or types
   * @throws PeerLostException if the connection to the previous or the next member is lost
   */
  synchronized boolean exchange() {
    if (!unsent.isEmpty()) {
      ByteBuffer entries = ByteBuffer.allocate(unsent.size() * ENTRY_BYTES);
      unsent.forEach(sum -> entries.putLong(sum.count).putInt(sum.type));
      unsent.clear();
      messages.send(next, number, entries.array());
    }
    while (!unchecked.isEmpty()) {
      if (arrived.isEmpty() && !takeArrived()) {
        return false;
      }
      compare(unchecked.remove(), arrived.remove());
    }
    return true;
  }

  private boolean takeArrived() {
    byte[] entries = messages.receive(previous, number, Deadline.after(Duration.ZERO));
    if (entries == null) {
      return false;
    }
    for (ByteBuffer buffer = ByteBuffer.wrap(entries); buffer.hasRemaining(); ) {
      arrived.add(new Sum(buffer.getLong(), buffer.getInt()));
    }
    return true;
  }

  private void compare(Sum mine, Sum other) {
    checked++;
    if (!mine.equals(other)) {
      throw new UserError(
          "Ranks sum different tensors: in sum %d of the group of the ranks %s, rank %d has %s, but rank %d has %s. Start all nodes with the same version of this program."
              .formatted(checked, ranks, rank, mine.text(), previous, other.text()));
    }
  }
}
