package perseus.transport.nccl;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import perseus.io.UserError;
import perseus.transport.PeerLostException;
import perseus.transport.PeerMessages;
import perseus.wire.Daemon;

/**
 * Checks periodically, in a separate thread (the watching thread), whether the communicators of a
 * rank have failed. A separate thread is needed because the main thread of the rank may wait for
 * the GPU while the GPU waits for a lost rank. If the watching thread finds a failure, all
 * communicators are aborted, and the main thread stops waiting.
 */
final class Watch implements AutoCloseable {
  private static final long PERIOD_MILLIS = 100;

  /**
   * If the rank's main thread has not closed the transport {@code GRACE_SECONDS} seconds after a
   * failure, the main thread counts as hanging. If the main thread hangs, the watching thread
   * throws the failure, which ends the process.
   */
  private static final long GRACE_SECONDS = 4;

  private final Cuda cuda;
  private final Health health;
  private final PeerMessages messages;
  private final Limits limits;
  private final List<PendingWork> work = new CopyOnWriteArrayList<>();
  private final List<NcclGroup> groups = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * Holds the time limits of a transport.
   *
   * @param call maximum time to connect ranks, and maximum time of a call of an NCCL function
   * @param operation maximum time of a transfer or a sum, including the time in which it waits for
   *     other ranks
   */
  record Limits(Duration call, Duration operation) {}

  Watch(Cuda cuda, Health health, PeerMessages messages, Limits limits) {
    this.cuda = cuda;
    this.health = health;
    this.messages = messages;
    this.limits = limits;
    Daemon.start(this::run, "watches NCCL");
  }

  void add(PendingWork pending) {
    work.add(pending);
  }

  void add(NcclGroup group) {
    groups.add(group);
  }

  private void run() {
    try {
      cuda.makeCurrent();
      while (!closed.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS) && !health.hasFailed()) {
        try {
          inspect();
        } catch (RuntimeException e) {
          health.fail(e);
        }
        requireReturningCalls(limits.call());
      }
      if (!closed.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
        requireReturningCalls(Duration.ofSeconds(GRACE_SECONDS));
        health.check();
      }
    } catch (InterruptedException e) {
      // InterruptedException never occurs here, because no code interrupts the watching thread.
    }
  }

  /**
   * Throws an error if the rank's main thread hangs in a call of NCCL. The watching thread throws
   * the error, because a hanging main thread cannot throw it.
   */
  private void requireReturningCalls(Duration limit) {
    for (Communicator communicator : health.communicators()) {
      String call = communicator.hangingCall(limit);
      if (call != null) {
        throw new UserError(
            "NCCL hangs: its function %s has not returned for %d s. Set NCCL_DEBUG=INFO to see more, or use --transport tcp."
                .formatted(call, limit.toSeconds()));
      }
    }
  }

  private void inspect() {
    PeerLostException loss = messages.loss();
    if (loss != null) {
      throw loss;
    }
    for (Communicator communicator : health.communicators()) {
      communicator.inspect();
    }
    for (PendingWork pending : work) {
      String overdue = pending.overdue(limits.operation());
      if (overdue != null) {
        throw new UserError(
            "NCCL hangs: %s has not finished for %d s. Set NCCL_DEBUG=INFO to see more, or use --transport tcp."
                .formatted(overdue, limits.operation().toSeconds()));
      }
    }
    groups.forEach(NcclGroup::exchangeSizes);
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
