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
 * Holds the first failure of a rank's communicators. The first failure causes an abort of all
 * communicators, because NCCL itself would wait forever for a lost rank. Several threads may use an
 * instance.
 */
final class Health {
  /**
   * An error of NCCL is often caused by the loss of another rank. After an error, this rank waits
   * at most the time {@code LOSS_GRACE} for the report that a rank is lost.
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

  /** Adds a communicator, which is aborted after the first failure. */
  void add(Communicator communicator) {
    communicators.add(communicator);
  }

  List<Communicator> communicators() {
    return communicators;
  }

  /** Throws the stored failure if there is one. */
  void check() {
    if (failure != null) {
      throw failure;
    }
  }

  boolean hasFailed() {
    return failure != null;
  }

  /**
   * Stores a failure and starts to abort all communicators, without waiting until they are aborted.
   * If an earlier failure is already stored, the method does nothing.
   *
   * @return the stored failure, which is the first failure
   */
  RuntimeException fail(RuntimeException cause) {
    synchronized (this) {
      if (failure != null) {
        return failure;
      }
      failure = cause;
    }
    for (Communicator communicator : communicators) {
      // All communicators are aborted at the same time, because each abort waits until the GPU has
      // ended the operations of the communicator.
      Daemon.start(communicator::abort, "aborts a communicator");
    }
    return cause;
  }

  /** Waits until a condition holds; throws the failure of a communicator if there is one. */
  void await(BooleanSupplier condition) {
    await(condition, Deadline.NEVER);
  }

  /**
   * Waits until a condition holds; throws the failure of a communicator if there is one.
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
    // The failure is checked again, because an aborted operation also counts as finished, but has
    // no valid result.
    check();
    return true;
  }

  /**
   * Waits at most the time {@code LOSS_GRACE} for the report that another rank is lost. Returns the
   * error about the lost rank; null if no rank is lost.
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
