package perseus.wire;

/** Starts daemon threads: threads that do not keep the process alive. */
public final class Daemon {
  private Daemon() {}

  /**
   * Starts a daemon thread.
   *
   * @param name the thread's name, as stack dumps show it
   */
  public static Thread start(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
