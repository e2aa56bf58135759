package perseus.wire;

/** Threads that work beside others and do not keep the process from ending. */
public final class Daemon {
  private Daemon() {}

  /** Starts one. */
  public static Thread start(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
