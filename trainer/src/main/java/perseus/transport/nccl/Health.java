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
 * Knows whether the communicators of a rank work. The first failure is kept, and ends all
 * communicators: NCCL itself would wait for a lost rank without end. Several threads may use an
 * instance.
 */
final class Health {
  /**
   * After an error of NCCL, {@code LOSS_GRACE} is the time to wait for the loss of another rank,
   * because a lost rank is often the cause of the error.
   */
  private static final Duration LOSS_GRACE = Duration.ofSeconds(1);

  /** A wait first asks {@code BUSY_POLLS} times without a pause, because most waits are short. */
  private static final int BUSY_POLLS = 50;

  private static final long PAUSE_NANOS = 50_000;

  private final PeerMessages messages;
  private final List<Communicator> communicators = new CopyOnWriteArrayList<>();
  private volatile RuntimeException failure;

  Health(PeerMessages messages) {
    this.messages = messages;
  }

  /** Adds a communicator, which ends when this rank fails. */
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
   * Keeps a failure unless there is one already, and aborts all communicators. The method does not
   * wait for the end of the abortion.
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
      // An abortion waits until the GPU has ended the operations of the communicator, so that
      // communicators must be aborted at the same time.
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
    // An aborted operation ends, too, but without its result.
    check();
    return true;
  }

  /** Returns the loss of another rank, now or within a second; null if no rank is lost. */
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
