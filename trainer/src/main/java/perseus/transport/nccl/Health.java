package perseus.transport.nccl;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import perseus.transport.PeerLostException;
import perseus.transport.PeerMessages;
import perseus.wire.Daemon;
import perseus.wire.Deadline;

/**
 * Holds the first failure of a rank's communicators. The first failure aborts all communicators,
 * because NCCL itself would wait forever for a lost rank. Several threads may use an instance.
 */
final class Health {
  /**
   * After an error of NCCL, this rank waits up to {@code LOSS_GRACE} until the loss of another rank
   * is detected, because a lost rank is often the cause of the error.
   */
  private static final Duration LOSS_GRACE = Duration.ofSeconds(1);

  /** A wait first polls {@code BUSY_POLLS} times without a pause, because most waits are short. */
  private static final int BUSY_POLLS = 50;

  private static final long PAUSE_NANOS = 50_000;

  private final PeerMessages messages;
  private final List<Communicator> communicators = new CopyOnWriteArrayList<>();
  private volatile RuntimeException failure;

  Health(PeerMessages messages) {
    this.messages = messages;
  }

  /** Adds a communicator, which is aborted when this rank fails. */
  void add(Communicator communicator) {
    communicators.add(communicator);
  }

  List<Communicator> communicators() {
    return communicators;
  }

  /** Throws the failure of this rank, if there is one. */
  void check() {
    if (failure != null) {
      throw failure;
    }
  }

  boolean hasFailed() {
    return failure != null;
  }

  /**
   * Stores a failure, unless an earlier failure is stored, and starts to abort all communicators.
   * The method does not wait until they are aborted.
   *
   * @return the first failure
   */
  RuntimeException fail(RuntimeException cause) {
    synchronized (this) {
      if (failure != null) {
        return failure;
      }
      failure = cause;
    }
    for (Communicator communicator : communicators) {
      // Each abort waits until the GPU has ended the operations of the communicator. All
      // communicators are therefore aborted at the same time.
      Daemon.start(communicator::abort, "aborts a communicator");
    }
    return cause;
  }

  /** Waits until a condition holds, or throws the failure of this rank. */
  void await(BooleanSupplier condition) {
    await(condition, Deadline.NEVER);
  }

  /**
   * Waits until a condition holds, or throws the failure of this rank.
   *
   * @return whether the condition holds; false if it does not hold at the deadline
   */
  boolean await(BooleanSupplier condition, Deadline deadline) {
    for (int polls = 0; !condition.getAsBoolean(); polls++) {
      check();
      if (deadline.isPassed()) {
        return false;
      }
      if (polls < BUSY_POLLS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    // An aborted operation also counts as finished, but it has no result.
    check();
    return true;
  }

  /**
   * Waits up to {@code LOSS_GRACE} until another rank is lost. Returns the error about the loss;
   * null if no rank is lost.
   */
  PeerLostException lossAfterError() {
    Deadline grace = Deadline.after(LOSS_GRACE);
    PeerLostException loss = messages.loss();
    while (loss == null && !grace.isPassed()) {
      LockSupport.parkNanos(PAUSE_NANOS);
      loss = messages.loss();
    }
    return loss;
  }
}
