package perseus.transport.nccl;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import perseus.io.UserError;
import perseus.transport.PeerLostException;
import perseus.wire.Daemon;
import perseus.wire.Deadline;

/**
 * Wraps a communicator of NCCL: a set of ranks that exchange tensors. If another rank is lost or
 * NCCL fails, every wait for other ranks ends with an error. Only the main thread of this rank
 * starts operations. The thread of {@link Watch} checks whether operations have failed.
 */
final class Communicator {
  /** Maximum time for which {@link #abort} waits until a call of another thread returns. */
  private static final long ABORT_WAIT_SECONDS = 1;

  private final Nccl nccl;
  private final Health health;
  private final List<Integer> members;
  private final int rank;

  /** Guards the handle, because NCCL allows only one call for a communicator at a time. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile Pointer handle;
  private volatile Call running;

  private record Call(String function, long startNanos) {}

  /**
   * @param members the ranks of the communicator, in the order of their indices in it
   * @param rank number of this rank in the job
   */
  Communicator(Nccl nccl, Health health, List<Integer> members, int rank) {
    this.nccl = nccl;
    this.health = health;
    this.members = members;
    this.rank = rank;
    health.add(this);
  }

  int index(int member) {
    return members.indexOf(member);
  }

  /** Returns the numbers of the communicator's ranks as a text, such as {@code 0, 2}. */
  String ranks() {
    return members.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  /**
   * Starts to connect this rank with the other ranks of the communicator. NCCL is called in another
   * thread, because the call returns only when all ranks are connected.
   *
   * @param id the id of the communicator, which one of its ranks has created
   * @param makeCurrent action that selects the GPU of this rank for the thread that runs the action
   */
  void start(byte[] id, Runnable makeCurrent) {
    Daemon.start(
        () -> {
          try {
            makeCurrent.run();
            connect(id);
          } catch (RuntimeException e) {
            health.fail(e);
          }
        },
        "connects ranks through NCCL");
  }

  private void connect(byte[] id) {
    PointerByReference created = new PointerByReference();
    int code = nccl.connect(created, members.size(), id, index(rank));
    if (code != Nccl.SUCCESS) {
      throw error("ncclCommInitRankConfig", code);
    }
    handle = created.getValue();
    if (health.hasFailed()) {
      // When the failure was found, this communicator had no handle and could not be aborted. So
      // this communicator is aborted now.
      abort();
    }
  }

  /**
   * Waits until this rank is connected with the other ranks of the communicator.
   *
   * @param timeout time that the error message names as the maximum time to connect
   * @throws UserError if the ranks are not connected at the deadline
   */
  void awaitConnection(Deadline deadline, Duration timeout) {
    if (!health.await(() -> handle != null, deadline)) {
      throw health.fail(
          new UserError(
              "NCCL has not connected the ranks %s within %d s. Set NCCL_DEBUG=INFO to see the cause, or use --transport tcp."
                  .formatted(ranks(), timeout.toSeconds())));
    }
  }

  /**
   * Calls an NCCL function that puts an operation of this communicator into a CUDA stream.
   *
   * @param function name of the NCCL function
   * @param call function that calls the NCCL function with the handle of the communicator, and
   *     returns the result code of NCCL
   */
  void submit(String function, ToIntFunction<Pointer> call) {
    int code = locked(function, () -> call.applyAsInt(handle));
    if (code == Nccl.IN_PROGRESS) {
      health.await(this::isReady);
    } else if (code != Nccl.SUCCESS) {
      throw health.fail(error(function, code));
    }
  }

  private interface Code {
    int get();
  }

  private int locked(String function, Code call) {
    lock.lock();
    try {
      health.check();
      running = new Call(function, System.nanoTime());
      return call.get();
    } finally {
      running = null;
      lock.unlock();
    }
  }

  /**
   * Returns whether NCCL has finished the last call.
   *
   * @throws RuntimeException if the communicator has failed
   */
  private boolean isReady() {
    int state = locked("ncclCommGetAsyncError", () -> nccl.state(handle));
    if (state != Nccl.SUCCESS && state != Nccl.IN_PROGRESS) {
      throw health.fail(error("a communicator of the ranks " + ranks(), state));
    }
    return state == Nccl.SUCCESS;
  }

  /**
   * Returns the name of the NCCL function whose call has not returned within {@code limit}; null if
   * no call has taken that long.
   */
  String hangingCall(Duration limit) {
    Call call = running;
    return call != null && System.nanoTime() - call.startNanos > limit.toNanos()
        ? call.function
        : null;
  }

  /**
   * Checks whether the communicator has failed. Only the thread of {@link Watch} calls this method.
   *
   * @throws RuntimeException if the communicator has failed
   */
  void inspect() {
    if (lock.tryLock()) {
      try {
        if (handle != null) {
          isReady();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private RuntimeException error(String function, int code) {
    String description = nccl.describe(function, code);
    // NCCL returns INVALID_ARGUMENT and INVALID_USAGE for wrong calls, and never because another
    // rank is lost.
    PeerLostException loss =
        code == Nccl.INVALID_ARGUMENT || code == Nccl.INVALID_USAGE
            ? null
            : health.lossAfterError();
    if (loss != null) {
      return loss;
    }
    if (code == Nccl.REMOTE_ERROR) {
      return new PeerLostException(
          "The connection to one of the ranks %s was lost: %s.".formatted(ranks(), description),
          null);
    }
    return new UserError(
        description + ". Set NCCL_DEBUG=WARN to see more, or use --transport tcp.");
  }

  void abort() {
    boolean locked = false;
    try {
      locked = lock.tryLock(ABORT_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // If the lock is not free after ABORT_WAIT_SECONDS seconds, a call of another thread hangs.
    // NCCL allows an abort while another call hangs.
    Pointer ended = handle;
    handle = null;
    try {
      if (ended != null) {
        nccl.abort(ended);
      }
    } finally {
      if (locked) {
        lock.unlock();
      }
    }
  }

  /**
   * Waits until the operations of the communicator have finished, and then destroys the
   * communicator. The other ranks of the communicator must also call {@code close}.
   *
   * @throws RuntimeException if the communicator fails
   */
  void close() {
    if (handle != null) {
      submit("ncclCommFinalize", nccl::finish);
      locked(
          "ncclCommDestroy",
          () -> {
            Pointer ended = handle;
            handle = null;
            return nccl.destroy(ended);
          });
    }
  }
}
