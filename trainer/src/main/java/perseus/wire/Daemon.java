package perseus.wire;

/** Starts daemon threads. Daemon threads do not keep the process alive. */
public final class Daemon {
  private Daemon() {}

  /**
   * Starts a daemon thread that runs a task.
   *
   * @param name the name of the thread, which stack dumps show
   */
  public static Thread start(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
